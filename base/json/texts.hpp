// A member that is a list of texts.
#pragma once

#include "base/json/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe {

// Empty when there is no such list; what is no text in it is left out.
std::vector<std::string> get_texts(const json::object& object, std::string_view key);

}  // namespace floe
