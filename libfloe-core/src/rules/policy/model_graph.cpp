#include "rules/policy/model_graph.hpp"

#include "rules/policy/classification.hpp"
#include "rules/policy/test_effect.hpp"

#include "base/json/json.hpp"
#include "base/json/texts.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace floe::policy {
namespace {

std::string classification_of(const json::object& column) {
  if (const json::object* meta = get_object(column, "meta")) {
    if (auto written = get_string(*meta, "classification")) return text::to_lower_ascii(*written);
  }
  const json::array* tags = get_array(column, "tags");
  if (tags == nullptr) return "";
  for (const json::value& tag : *tags) {
    const std::string word = tag.is_string() ? text::to_lower_ascii(to_view(tag.get_string())) : "";
    if (class_rank(word) >= 0) return word;
  }
  return "";
}

std::string object_json(const json::object& owner, std::string_view key) {
  const json::object* found = get_object(owner, key);
  return found == nullptr ? "{}" : to_json(*found);
}

bool has_masking(const json::object& owner) {
  const json::object* meta = get_object(owner, "meta");
  const json::value* masking = meta == nullptr ? nullptr : meta->if_contains("masking");
  if (masking == nullptr || masking->is_null() || *masking == json::value(false)) return false;
  constexpr std::array<std::string_view, 5> kNone{"", "none", "no", "off", "false"};
  const std::string how = masking->is_string() ? text::to_lower_ascii(to_view(masking->get_string())) : "yes";
  return std::find(kNone.begin(), kNone.end(), text::trim(how)) == kNone.end();
}

Model read_model(const std::string& unique_id, const json::object& node) {
  Model model;
  model.unique_id = unique_id;
  model.name = get_string_or(node, "name", "");
  model.file = get_string_or(node, "original_file_path", "");
  model.schema = get_string_or(node, "schema", "");
  model.table = get_string_or(node, "alias", model.name);
  model.description = get_string_or(node, "description", "");
  model.database = get_string_or(node, "database", "");
  model.tags = get_texts(node, "tags");
  model.meta_json = object_json(node, "meta");
  model.config_json = object_json(node, "config");
  if (const json::object* config = get_object(node, "config")) {
    model.materialized = get_string_or(*config, "materialized", "");
    const std::string stored_as = get_string_or(*config, "store_failures_as", "");
    model.stores_failures =
        stored_as.empty() ? get_bool_or(*config, "store_failures", false) : stored_as != "ephemeral";
  }
  // The SQL of an ephemeral model is part of its readers': what these write is theirs to mask.
  const bool can_mask = model.materialized != "ephemeral";
  if (const json::object* columns = get_object(node, "columns")) {
    for (const auto& [key, value] : *columns) {
      if (!value.is_object()) continue;
      const json::object& column = value.get_object();
      model.columns.push_back(
          {get_string_or(column, "name", std::string(key)), get_string_or(column, "description", ""), false,
           classification_of(column), can_mask && (has_masking(column) || has_masking(node)),
           get_string_or(column, "data_type", ""), get_texts(column, "tags"), object_json(column, "meta")});
    }
  }
  if (const json::object* depends_on = get_object(node, "depends_on")) {
    if (const json::array* inputs = get_array(*depends_on, "nodes")) {
      for (const json::value& input : *inputs) {
        if (input.is_string()) model.inputs.emplace_back(to_view(input.get_string()));
      }
    }
  }
  return model;
}

// [file, line, column, end line, end column]
Span read_span(const json::value* value) {
  Span span;
  const json::array* list = value != nullptr ? value->if_array() : nullptr;
  if (list == nullptr || list->size() != 5 || !(*list)[0].is_string()) return span;
  std::array<std::int32_t*, 4> numbers{&span.line, &span.column, &span.end_line, &span.end_column};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::int64_t* number = (*list)[i + 1].if_int64();
    if (number == nullptr) return {};
    *numbers[i] = static_cast<std::int32_t>(*number);
  }
  span.file = to_view((*list)[0].get_string());
  return span;
}

void read_places(const json::object& places, Model* model) {
  const json::object* place = get_object(places, model->unique_id);
  if (place == nullptr) return;
  model->name_span = read_span(place->if_contains("name"));
  const json::object* inputs = get_object(*place, "inputs");
  if (inputs == nullptr) return;
  for (const auto& [unique_id, span] : *inputs)
    model->input_spans[std::string(unique_id)] = read_span(&span);
}

// `unique`, or with the package it comes from, `dbt_utils.accepted_range`.
std::string test_name(const json::object& test) {
  const json::object* metadata = get_object(test, "test_metadata");
  if (metadata == nullptr) return "";
  const std::string package = get_string_or(*metadata, "namespace", "");
  return (package.empty() ? "" : package + ".") + get_string_or(*metadata, "name", "");
}

void mark_tested(const json::object& test, const TestMacros& macros, std::map<std::string, Model*>& models) {
  const auto column = get_string(test, "column_name");
  const auto found = models.find(get_string_or(test, "attached_node", ""));
  if (found == models.end()) return;
  const json::object* metadata = get_object(test, "test_metadata");
  found->second->tests.push_back({test_name(test), column.value_or(""),
                                  metadata == nullptr ? "{}" : object_json(*metadata, "kwargs"),
                                  get_string_or(test, "unique_id", ""), without_effect(test, macros)});
  if (!column || !found->second->tests.back().without_effect.empty()) return;
  for (ModelColumn& candidate : found->second->columns) {
    if (text::equals_ignore_case_ascii(candidate.name, *column)) candidate.is_tested = true;
  }
}

Model read_source(const std::string& unique_id, const json::object& node) {
  Model source = read_model(unique_id, node);
  source.table = get_string_or(node, "identifier", source.name);
  source.name = get_string_or(node, "source_name", "") + "." + source.name;
  return source;
}

bool has_columns(const json::object& node) {
  const std::string type = get_string_or(node, "resource_type", "");
  return type == "model" || type == "seed" || type == "snapshot";
}

// Whether running the node leaves a relation behind.
bool makes_table(const json::object& node) {
  if (!has_columns(node)) return false;
  const json::object* config = get_object(node, "config");
  return config == nullptr || get_string_or(*config, "materialized", "") != "ephemeral";
}

// What its file is relative to, from the project. A dbt that does not tell keeps packages where dbt installs them.
std::string package_root(const json::object& manifest, const ModelGraph& graph, const Model& node) {
  const std::string package = package_of(graph, node);
  if (package.empty()) return "";
  const std::string installed = "dbt_packages/" + package + "/";
  const json::object* roots = get_object(manifest, "package_roots");
  return roots == nullptr ? installed : get_string_or(*roots, package, installed);
}

// Of nodes and macros: the file that each is written in, and that of its properties (`shop://models/schema.yml`).
void add_files(const json::object& manifest, const std::string& project, std::set<std::string>* out) {
  for (const char* key : {"nodes", "sources", "macros", "docs"}) {
    const json::object* list = get_object(manifest, key);
    if (list == nullptr) continue;
    for (const auto& [unique_id, value] : *list) {
      const json::object& node = value.as_object();
      if (get_string_or(node, "package_name", "") != project) continue;
      out->insert(get_string_or(node, "original_file_path", ""));
      const std::string patch = get_string_or(node, "patch_path", "");
      if (const auto scheme = patch.find("://"); scheme != std::string::npos) out->insert(patch.substr(scheme + 3));
    }
  }
  out->erase("");
}

}  // namespace

std::string package_of(const ModelGraph& graph, const Model& node) {
  const std::size_t begin = node.unique_id.find('.') + 1;
  std::string package = node.unique_id.substr(begin, node.unique_id.find('.', begin) - begin);
  return graph.project_name.empty() || package == graph.project_name ? "" : package;
}

const Model* find_model(const ModelGraph& graph, std::string_view name) {
  const auto found =
      std::find_if(graph.models.begin(), graph.models.end(), [&](const Model& model) { return model.name == name; });
  return found == graph.models.end() ? nullptr : &*found;
}

Result<ModelGraph> read_model_graph(std::string_view manifest_json) {
  const json::object manifest = FLOE_TRY(parse_json_object(manifest_json));
  return read_model_graph(manifest);
}

Result<ModelGraph> read_model_graph(const json::object& manifest) {
  ModelGraph graph;
  if (const json::object* metadata = get_object(manifest, "metadata")) {
    graph.project_name = get_string_or(*metadata, "project_name", "");
  }
  const json::object* nodes = FLOE_TRY(require_object(manifest, "nodes"));
  for (const auto& [unique_id, value] : *nodes) {
    const json::object& node = value.as_object();
    if (makes_table(node)) graph.table_names.insert(get_string_or(node, "name", ""));
    if (!has_columns(node)) continue;
    Model model = read_model(std::string(unique_id), node);
    model.file.insert(0, package_root(manifest, graph, model));
    (get_string_or(node, "resource_type", "") == "model" ? graph.models : graph.other_nodes)
        .push_back(std::move(model));
  }
  std::sort(graph.models.begin(), graph.models.end(), [&](const Model& a, const Model& b) {
    return a.name == b.name ? package_of(graph, a) < package_of(graph, b) : a.name < b.name;
  });
  if (const json::object* places = get_object(manifest, "places")) {
    for (Model& model : graph.models)
      read_places(*places, &model);
  }
  std::map<std::string, Model*> by_id;
  for (Model& model : graph.models)
    by_id[model.unique_id] = &model;
  const TestMacros macros = read_test_macros(manifest);
  for (const auto& [unique_id, value] : *nodes) {
    if (get_string_or(value.as_object(), "resource_type", "") != "test") continue;
    mark_tested(value.as_object(), macros, by_id);
    graph.tests.push_back(read_model(std::string(unique_id), value.as_object()));
  }
  if (const json::object* sources = get_object(manifest, "sources")) {
    graph.source_count = sources->size();
    for (const auto& [unique_id, value] : *sources)
      graph.other_nodes.push_back(read_source(std::string(unique_id), value.as_object()));
  }
  if (const json::object* reads = get_object(manifest, "reads"))
    graph.reads = {get_texts(*reads, "environment"), get_texts(*reads, "files")};
  add_files(manifest, graph.project_name, &graph.files);
  const std::string warnings = get_string_or(manifest, "diagnostics", "");
  if (!warnings.empty()) graph.warnings = FLOE_TRY(diagnostics_from_json(warnings));
  return graph;
}

}  // namespace floe::policy
