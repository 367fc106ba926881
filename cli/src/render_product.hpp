// What `floe product ...` prints.
#pragma once

#include "base/json/json.hpp"

#include <string>
#include <string_view>

namespace floe::cli {

// `command`: list, show, graph, register.
std::string render_product(std::string_view command, const json::object& answer);

}  // namespace floe::cli
