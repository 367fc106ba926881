// The answer of `floe explain` for people: a page of Markdown as text. Include in .cpp files only.
#pragma once

#include "base/json/json.hpp"

#include <string>

namespace floe::cli {

std::string render_explain(const json::object& answer, bool color);

}  // namespace floe::cli
