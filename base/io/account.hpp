// Who runs this process.
#pragma once

#include <string>

namespace floe::io {

// Name of the account this process acts as, from the operating system; `uid:1000` when it has none.
std::string current_user();

}  // namespace floe::io
