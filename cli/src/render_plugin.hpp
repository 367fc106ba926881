// The answers of `floe plugin ...` for people.
#pragma once

#include "base/json/json.hpp"

#include <string>

namespace floe::cli {

std::string render_plugin_list(const json::object& answer);
std::string render_plugin_show(const json::object& answer);
std::string render_plugin_why(const json::object& answer);
std::string render_plugin_trace(const json::object& answer);
std::string render_plugin_new(const json::object& answer);

}  // namespace floe::cli
