// The answers of `floe platform ...` for people. Include in .cpp files only.
#pragma once

#include "base/json/json.hpp"

#include <string>
#include <string_view>

namespace floe::cli {

std::string render_platform(std::string_view command, const json::object& answer);

// JUnit XML of `floe platform test`.
std::string render_platform_junit(std::string_view answer_json);

}  // namespace floe::cli
