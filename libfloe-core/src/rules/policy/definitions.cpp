// governance.policies: what a platform demands in its own words.
#include "condition/condition.hpp"
#include "rules/policy/model_json.hpp"
#include "rules/policy/policy.hpp"

#include "base/text/pattern.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace floe::policy {
namespace {

using config::DefinitionType;
using config::PolicyDefinition;

// `model` of a condition: docs/reference/conditions.md lists its members.
json::object condition_model(const PolicyRun& run, const Model& model) {
  json::array columns;
  for (const ModelColumn& column : model.columns) {
    columns.push_back(json::object{{"name", column.name},
                                   {"description", column.description},
                                   {"data_type", column.data_type},
                                   {"tags", text_array(column.tags)},
                                   {"meta", parsed_or_empty(column.meta_json)},
                                   {"tests", tests_on(model, column.name)}});
  }
  const config::Layer* layer = layer_of(run.manifest, model.name);
  return json::object{{"name", model.name},
                      {"unique_id", model.unique_id},
                      {"description", model.description},
                      {"path", model.file},
                      {"database", model.database},
                      {"schema", model.schema},
                      {"layer", layer == nullptr ? json::value(nullptr) : json::value(layer->name)},
                      {"materialized", model.materialized},
                      {"tags", text_array(model.tags)},
                      {"meta", parsed_or_empty(model.meta_json)},
                      {"config", parsed_or_empty(model.config_json)},
                      {"columns", std::move(columns)},
                      {"tests", tests_on(model, "")},
                      {"inputs", text_array(model.inputs)}};
}

// One definition over all models, made ready once.
class DefinitionCheck {
 public:
  DefinitionCheck(PolicyRun& run, const PolicyDefinition& definition) : run_(run), definition_(definition) {
    // Both were read before, with the manifest.
    if (definition.type == DefinitionType::kPattern) {
      if (auto pattern = text::Pattern::parse(definition.text)) pattern_ = std::move(*pattern);
    }
    ConditionProblem unused;
    if (definition.type == DefinitionType::kCondition) condition_ = Condition::parse(definition.text, &unused);
  }

  // Whether the model fulfils it.
  bool check(const Model& model) {
    if (!applies_to(definition_.applies_to, run_.manifest, model)) return true;
    if (definition_.type == DefinitionType::kTags) return check_tags(model);
    if (definition_.type == DefinitionType::kPattern) return check_pattern(model);
    return definition_.type != DefinitionType::kCondition || check_condition(model);
  }

  void check_product() {
    if (definition_.type != DefinitionType::kMaxTransforms) return;
    const auto& models = run_.graph.models;
    const auto count = std::count_if(models.begin(), models.end(), [&](const Model& model) {
      return applies_to(definition_.applies_to, run_.manifest, model);
    });
    if (count <= definition_.threshold) return;
    const std::string problem = "has " + text::counted(count, "model");
    run_.violate_product(breaks(problem), fmt::format("at most {}", definition_.threshold),
                         diagnostic("FLOE-E0763", "too-many-transforms", "the product", problem)
                             .at(definition_.span, fmt::format("allows {}", definition_.threshold))
                             .help("split the product, or have the platform raise `threshold`"),
                         definition_.action);
  }

 private:
  [[nodiscard]] std::string breaks(const std::string& detail) const {
    return fmt::format("breaks policy '{}': {} ({})", definition_.name, definition_.message, detail);
  }

  [[nodiscard]] Diagnostic diagnostic(const char* code, const char* name, const std::string& who,
                                      const std::string& detail) const {
    return error_diagnostic(code, name,
                            fmt::format("{} breaks policy `{}`: {}", who, definition_.name, definition_.message))
        .note(detail);
  }

  bool report(const Model& model, const char* code, const char* name, const std::string& detail,
              const std::string& expected, const std::string& help) {
    Diagnostic found =
        diagnostic(code, name, fmt::format("model `{}`", model.name), detail).note("expected: " + expected);
    if (!help.empty()) found.helps.push_back(help);
    run_.violate(model, breaks(detail), expected, std::move(found), definition_.action);
    return false;
  }

  bool check_tags(const Model& model) {
    std::vector<std::string> missing;
    std::copy_if(definition_.tags.begin(), definition_.tags.end(), std::back_inserter(missing),
                 [&](const std::string& tag) {
                   return std::find(model.tags.begin(), model.tags.end(), tag) == model.tags.end();
                 });
    if (missing.empty()) return true;
    return report(model, "FLOE-E0760", "required-tags", "lacks " + text::join(missing, ", "),
                  "tags " + text::join(definition_.tags, ", "),
                  fmt::format("in its .yml file: `config: {{tags: [{}]}}`", text::join(missing, ", ")));
  }

  bool check_pattern(const Model& model) {
    if (pattern_ && pattern_->begins(model.name, false)) return true;
    return report(model, "FLOE-E0764", "name-pattern", "its name does not match",
                  fmt::format("a name that matches `{}`", definition_.text), "rename the file and every ref() with it");
  }

  bool check_condition(const Model& model) {
    ConditionProblem problem;
    const auto holds = condition_->evaluate(condition_model(run_, model), &problem);
    if (!holds) {
      const std::string part = definition_.text.substr(problem.begin, problem.end - problem.begin);
      return report(model, "FLOE-E0767", "condition-failed",
                    fmt::format("the condition cannot be evaluated: {} in `{}`", problem.message, part),
                    definition_.text,
                    "say in the condition what holds when something is missing: `model.meta.x == null or ...`");
    }
    return *holds || report(model, "FLOE-E0765", "condition-not-met", "its condition is false", definition_.text, "");
  }

  PolicyRun& run_;
  const PolicyDefinition& definition_;
  std::optional<text::Pattern> pattern_;
  std::optional<Condition> condition_;
};

}  // namespace

void check_definitions(PolicyRun& run) {
  std::vector<DefinitionCheck> checks;
  checks.reserve(run.manifest.definitions.size());
  for (const PolicyDefinition& definition : run.manifest.definitions)
    checks.emplace_back(run, definition);
  for (DefinitionCheck& check : checks)
    check.check_product();
  for (const Model& model : run.graph.models) {
    bool is_fine = true;
    for (DefinitionCheck& check : checks)
      is_fine = check.check(model) && is_fine;
    if (is_fine) run.pass(model);
  }
}

}  // namespace floe::policy
