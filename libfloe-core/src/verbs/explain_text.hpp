// The answer of `floe explain` for people: a page of Markdown as text. Include in .cpp files only.
#pragma once

#include "verbs/verb.hpp"

#include "base/json/json.hpp"

#include <string>

namespace floe::run {

std::string explain_text(const json::object& answer, const TextStyle& style);

}  // namespace floe::run
