// The smallest configuration that a plugin's schema takes, to be written with `--config`.
#pragma once

#include <string>
#include <string_view>

namespace floe::conformance {

// JSON of the members that the schema requires, each with its example, its default or a word for its type, as in
// `{"url": "..."}`; of a schema that requires none its first members. "" without a schema that names any.
std::string wanted_config(std::string_view config_schema);

}  // namespace floe::conformance
