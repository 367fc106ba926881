// Environment variables that turn something on or off.
#pragma once

#include "base/io/environment.hpp"
#include "base/result.hpp"

#include <string>

namespace floe::io {

// `1`, `true` and `yes` are on; `0`, `false`, `no`, the empty text and a variable that is not set are off; upper or
// lower case. kInvalidArgument for any other text.
Result<bool> read_switch(const Environment& environment, const std::string& name);

}  // namespace floe::io
