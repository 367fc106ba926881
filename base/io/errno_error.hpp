// errno as an Error that names the path.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace floe::io {

// `cannot <action> `<path>`: no such file or directory`, with the code a caller acts on.
Error errno_error(int number, std::string_view action, std::string_view path);
std::string errno_text(int number);  // lower case, without a full stop

}  // namespace floe::io
