// The answers of `floe contract ...` for people. Include in .cpp files only.
#pragma once

#include "base/json/json.hpp"

#include <string>
#include <string_view>

namespace floe::cli {

std::string render_contract(std::string_view command, const json::object& answer);

}  // namespace floe::cli
