// The answer of `floe plugin check`: for people, and as JUnit XML for CI systems.
#pragma once

#include <string>
#include <string_view>

namespace floe::cli {

// Both take the answer as JSON text; "" when it is none.
std::string render_plugin_check(std::string_view answer_json);
std::string render_junit(std::string_view answer_json);

}  // namespace floe::cli
