// Data without the secrets that stand in it as plain text. Include in .cpp files only.
#pragma once

#include "base/json/json.hpp"

#include <string_view>

namespace floe::policy {

// A secret that was only warned about must not reach artifacts and reports either: *** in its place. `key` is the name
// of the member that holds `value`.
json::value without_secrets(std::string_view key, const json::value& value);

}  // namespace floe::policy
