// Parts of models as JSON: what conditions and the rules of policy plugins see.
#pragma once

#include "rules/policy/model_graph.hpp"

#include "base/json/json.hpp"

#include <string>
#include <vector>

namespace floe::policy {

json::object parsed_or_empty(const std::string& text);
json::array text_array(const std::vector<std::string>& texts);
// Names of the generic tests on a column, or with "" of those on the model.
json::array tests_on(const Model& model, const std::string& column);

}  // namespace floe::policy
