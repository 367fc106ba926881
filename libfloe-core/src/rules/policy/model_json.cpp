#include "rules/policy/model_json.hpp"

#include "base/text/text.hpp"

namespace floe::policy {

json::object parsed_or_empty(const std::string& text) {
  auto parsed = parse_json_object(text);
  return parsed ? std::move(*parsed) : json::object();
}

json::array text_array(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts)
    out.emplace_back(text);
  return out;
}

json::array tests_on(const Model& model, const std::string& column) {
  json::array out;
  for (const ModelTest& test : model.tests) {
    if (text::equals_ignore_case_ascii(test.column, column)) out.emplace_back(test.name);
  }
  return out;
}

}  // namespace floe::policy
