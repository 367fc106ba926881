// Who runs this process.
#pragma once

#include <cstdint>
#include <string>

namespace floe::io {

// Name of the account this process acts as, from the operating system; `uid:1000` when it has none.
std::string current_user();

// Its number, of which files say whose they are.
std::uint32_t current_user_id();

}  // namespace floe::io
