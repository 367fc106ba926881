#include "rules/policy/rule_pack.hpp"

#include "rules/policy/model_json.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace floe::policy {
namespace {

json::object rule_model(const config::PlatformManifest& manifest, const Model& model) {
  json::array columns;
  for (const ModelColumn& column : model.columns) {
    columns.push_back(json::object{{"name", column.name},
                                   {"type", column.data_type},
                                   {"description", column.description},
                                   {"tests", tests_on(model, column.name)},
                                   {"meta", parsed_or_empty(column.meta_json)}});
  }
  json::array refs;
  json::array sources;
  for (const std::string& input : model.inputs)
    (input.starts_with("source.") ? sources : refs).emplace_back(input);
  json::object out{{"unique_id", model.unique_id},       {"name", model.name},
                   {"tags", text_array(model.tags)},     {"meta", parsed_or_empty(model.meta_json)},
                   {"description", model.description},   {"path", model.file},
                   {"materialized", model.materialized}, {"columns", std::move(columns)},
                   {"tests", tests_on(model, "")},       {"refs", std::move(refs)},
                   {"sources", std::move(sources)},      {"config", parsed_or_empty(model.config_json)}};
  if (const config::Layer* layer = layer_of(manifest, model.name)) out["layer"] = layer->name;
  return out;
}

config::Action action_of_severity(std::string_view severity) {
  if (severity == "error") return config::Action::kBlock;
  return severity == "notice" ? config::Action::kNotify : config::Action::kWarn;
}

Diagnostic pack_diagnostic(const std::string& pack, const json::object& violation) {
  auto diagnostic = error_diagnostic("FLOE-E0768", "rule-of-plugin", get_string_or(violation, "message", ""))
                        .note(fmt::format("rule {} of policy plugin `{}`", get_string_or(violation, "code", ""), pack));
  const std::string expected = get_string_or(violation, "expected", "");
  const std::string actual = get_string_or(violation, "actual", "");
  if (!expected.empty()) diagnostic.notes.push_back("expected: " + expected);
  if (!actual.empty()) diagnostic.notes.push_back("found: " + actual);
  const std::string help = get_string_or(violation, "help", "");
  if (!help.empty()) diagnostic.helps.push_back(help);
  return diagnostic;
}

const Model* model_of(const ModelGraph& graph, const std::string& unique_id) {
  const auto found = std::find_if(graph.models.begin(), graph.models.end(),
                                  [&](const Model& model) { return model.unique_id == unique_id; });
  return found == graph.models.end() ? nullptr : &*found;
}

}  // namespace

std::string rule_graph(const ModelGraph& graph, const config::PlatformManifest& manifest, const std::string& product,
                       const std::string& domain) {
  json::array models;
  for (const Model& model : graph.models)
    models.push_back(rule_model(manifest, model));
  json::object out{{"product", product}, {"models", std::move(models)}};
  if (!domain.empty()) out["domain"] = domain;
  if (!manifest.pattern.empty()) out["architecture"] = json::object{{"pattern", manifest.pattern}};
  return to_json(out);
}

Status judge_by_pack(PolicyRun& run, const std::string& pack, std::string_view answer) {
  const json::object parsed = FLOE_TRY(parse_json_object(answer));
  const json::array* violations = get_array(parsed, "violations");
  if (violations == nullptr) return fail(ErrorCode::kData, "the answer has no `violations`");
  std::set<std::string> broken;
  for (const json::value& item : *violations) {
    const json::object* violation = item.if_object();
    if (violation == nullptr) return fail(ErrorCode::kData, "a violation is no object");
    const config::Action action = action_of_severity(get_string_or(*violation, "severity", "error"));
    const std::string problem =
        fmt::format("breaks {}: {}", get_string_or(*violation, "code", ""), get_string_or(*violation, "message", ""));
    const std::string expected = get_string_or(*violation, "expected", "what the rule demands");
    Diagnostic diagnostic = pack_diagnostic(pack, *violation);
    const Model* model = model_of(run.graph, get_string_or(*violation, "model", ""));
    if (model == nullptr) {
      run.violate_product(problem, expected, std::move(diagnostic), action);
      continue;
    }
    broken.insert(model->unique_id);
    const auto line = static_cast<std::int32_t>(get_int(*violation, "line").value_or(0));
    if (line > 0) {
      const std::string path = get_string_or(*violation, "path", model->file);
      diagnostic.labels.push_back({Span{path, line, 1, line, 1}, "", true});
    }
    run.violate(*model, problem, expected, std::move(diagnostic), action);
  }
  for (const Model& model : run.graph.models) {
    if (!broken.contains(model.unique_id)) run.pass(model);
  }
  return ok();
}

}  // namespace floe::policy
