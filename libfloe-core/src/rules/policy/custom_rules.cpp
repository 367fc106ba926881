// governance.custom_rules: tags, meta and tests that models must have.
#include "rules/policy/policy.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace floe::policy {
namespace {

using config::CustomRule;
using config::RuleType;

std::string scope_text(const CustomRule& rule) {
  std::string out;
  if (!rule.prefix.empty()) out += fmt::format(" whose name begins with `{}`", rule.prefix);
  if (rule.applies_to.glob != "*") out += fmt::format(" named `{}`", rule.applies_to.glob);
  if (!rule.applies_to.layer.empty()) out += " in layer " + rule.applies_to.layer;
  return "every model" + out;
}

bool check_tags(PolicyRun& run, const CustomRule& rule, const Model& model) {
  std::vector<std::string> missing;
  std::copy_if(rule.words.begin(), rule.words.end(), std::back_inserter(missing), [&](const std::string& tag) {
    return std::find(model.tags.begin(), model.tags.end(), tag) == model.tags.end();
  });
  if (missing.empty()) return true;
  const std::string problem =
      fmt::format("lacks {} {}", text::plural(std::ssize(missing), "tag"), text::quoted_list(missing));
  const std::string expected = fmt::format("{} on {}", text::quoted_list(rule.words), scope_text(rule));
  run.violate(model, problem, expected,
              error_diagnostic("FLOE-E0760", "required-tags", fmt::format("model `{}` {}", model.name, problem))
                  .note("expected: " + expected)
                  .help(fmt::format("in its .yml file: `config: {{tags: [{}]}}`", text::join(missing, ", "))));
  return false;
}

// What is there and says nothing: null, "", [], {}.
bool is_empty_value(const json::value& value) {
  if (value.is_null()) return true;
  if (const json::string* text = value.if_string()) return text::trim(to_view(*text)).empty();
  if (const json::array* list = value.if_array()) return list->empty();
  return value.is_object() && value.get_object().empty();
}

bool check_meta(PolicyRun& run, const CustomRule& rule, const Model& model) {
  const auto meta = parse_json_object(model.meta_json);
  const json::value* value = meta ? meta->if_contains(rule.field) : nullptr;
  if (value == nullptr ? !rule.is_required : !is_empty_value(*value)) return true;
  const std::string problem = value == nullptr ? fmt::format("has no `meta.{}`", rule.field)
                                               : fmt::format("has an empty `meta.{}`", rule.field);
  const std::string expected = fmt::format("`meta.{}` on {}", rule.field, scope_text(rule));
  run.violate(model, problem, expected,
              error_diagnostic("FLOE-E0761", "required-meta", fmt::format("model `{}` {}", model.name, problem))
                  .note("expected: " + expected)
                  .help(fmt::format("in its .yml file: `config: {{meta: {{{}: ...}}}}`", rule.field)));
  return false;
}

// Columns that carry the test; one on the model itself counts as one.
std::int64_t places_of(const Model& model, const std::string& test) {
  std::set<std::string> places;
  for (const ModelTest& one : model.tests) {
    if (one.name == test) places.insert(text::to_lower_ascii(one.column));
  }
  return static_cast<std::int64_t>(places.size());
}

bool check_tests(PolicyRun& run, const CustomRule& rule, const Model& model) {
  std::vector<std::string> missing;
  std::copy_if(rule.words.begin(), rule.words.end(), std::back_inserter(missing),
               [&](const std::string& test) { return places_of(model, test) < rule.minimum_columns; });
  if (missing.empty()) return true;
  const std::string amount = rule.minimum_columns == 1 ? "" : " on " + text::counted(rule.minimum_columns, "column");
  const std::string problem =
      fmt::format("lacks {} {}{}", text::plural(std::ssize(missing), "test"), text::quoted_list(missing), amount);
  const std::string expected = fmt::format("{}{} on {}", text::quoted_list(rule.words), amount, scope_text(rule));
  run.violate(model, problem, expected,
              error_diagnostic("FLOE-E0762", "required-tests", fmt::format("model `{}` {}", model.name, problem))
                  .note("expected: " + expected)
                  .help(fmt::format("on columns in its .yml file: `data_tests: [{}]`", text::join(missing, ", "))));
  return false;
}

bool check_rule(PolicyRun& run, const CustomRule& rule, const Model& model) {
  if (!model.name.starts_with(rule.prefix) || !applies_to(rule.applies_to, run.manifest, model)) return true;
  if (rule.type == RuleType::kTags) return check_tags(run, rule, model);
  return rule.type == RuleType::kMeta ? check_meta(run, rule, model) : check_tests(run, rule, model);
}

}  // namespace

void check_custom_rules(PolicyRun& run) {
  for (const Model& model : run.graph.models) {
    bool is_fine = true;
    for (const CustomRule& rule : run.manifest.custom_rules)
      is_fine = check_rule(run, rule, model) && is_fine;
    if (is_fine) run.pass(model);
  }
}

}  // namespace floe::policy
