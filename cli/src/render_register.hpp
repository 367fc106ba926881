// The answer of `floe table register`, for people.
#pragma once

#include "base/json/json.hpp"

#include <string>

namespace floe::cli {

std::string render_register(const json::object& answer);

}  // namespace floe::cli
