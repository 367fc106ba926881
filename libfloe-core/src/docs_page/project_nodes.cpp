#include "docs_page/project_nodes.hpp"

#include "rules/policy/model_graph.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <map>

namespace floe::docs_page {
namespace {

json::value member(const json::object& object, std::string_view key, const json::value& fallback) {
  const json::value* found = object.if_contains(key);
  return found == nullptr || found->is_null() ? fallback : *found;
}

// `"floe"."main"."orders"` -> `main.orders`, the name that run records use.
std::string relation_of(const json::object& node) {
  const std::string schema = get_string_or(node, "schema", "");
  std::string name = get_string_or(node, "alias", "");
  if (name.empty()) name = get_string_or(node, "identifier", "");
  const bool has_table = get_string(node, "relation_name").has_value();
  return !has_table || name.empty() ? "" : schema + "." + name;
}

using Classes = std::map<std::string, std::string, std::less<>>;  // by unique id and column

std::string class_key(std::string_view id, std::string_view column) { return fmt::format("{}\n{}", id, column); }

json::array columns_of(const json::object& node, const std::string& id, const Classes& classes) {
  json::array out;
  const json::object* columns = get_object(node, "columns");
  if (columns == nullptr) return out;
  for (const auto& item : *columns) {
    if (!item.value().is_object()) continue;
    const json::object& column = item.value().get_object();
    const std::string name = get_string_or(column, "name", item.key());
    const auto found = classes.find(class_key(id, name));
    out.push_back(json::object{{"name", name},
                               {"type", get_string_or(column, "data_type", "")},
                               {"description", get_string_or(column, "description", "")},
                               {"tags", member(column, "tags", json::array())},
                               {"classification", found == classes.end() ? "" : found->second},
                               {"declared", true},
                               {"from", nullptr}});
  }
  return out;
}

json::value test_of(const json::object& node) {
  const json::object* metadata = get_object(node, "test_metadata");
  if (metadata == nullptr) return nullptr;
  const json::object* config = get_object(node, "config");
  std::string name = get_string_or(*metadata, "name", "");
  const std::string space = get_string_or(*metadata, "namespace", "");
  return json::object{
      {"name", space.empty() ? name : space + "." + name},
      {"column", member(node, "column_name", nullptr)},
      {"attached", member(node, "attached_node", nullptr)},
      {"severity", text::to_lower_ascii(config == nullptr ? "" : get_string_or(*config, "severity", ""))}};
}

json::array inputs_of(const json::object& node) {
  const json::object* depends_on = get_object(node, "depends_on");
  const json::array* nodes = depends_on == nullptr ? nullptr : get_array(*depends_on, "nodes");
  return nodes == nullptr ? json::array() : *nodes;
}

json::object report_node(const json::object& node, std::string_view type, const Classes& classes) {
  const std::string id = get_string_or(node, "unique_id", "");
  const json::object* config = get_object(node, "config");
  const json::object* owner = get_object(node, "owner");
  std::string name = get_string_or(node, "name", "");
  if (type == "source") name = get_string_or(node, "source_name", "") + "." + name;
  return {{"id", id},
          {"type", type},
          {"name", name},
          {"package", get_string_or(node, "package_name", "")},
          {"path", get_string_or(node, "original_file_path", "")},
          {"description", get_string_or(node, "description", "")},
          {"materialized", config == nullptr ? "" : get_string_or(*config, "materialized", "")},
          {"relation", relation_of(node)},
          {"tags", member(node, "tags", json::array())},
          {"meta", member(node, "meta", json::object())},
          {"owner", owner == nullptr ? "" : get_string_or(*owner, "email", get_string_or(*owner, "name", ""))},
          {"raw", get_string_or(node, "raw_code", "")},
          {"depends_on", inputs_of(node)},
          {"columns", columns_of(node, id, classes)},
          {"test", test_of(node)}};
}

void add_section(const json::object& manifest, std::string_view section, const Classes& classes, json::array* out) {
  const json::object* nodes = get_object(manifest, section);
  if (nodes == nullptr) return;
  for (const auto& item : *nodes) {
    if (!item.value().is_object()) continue;
    const json::object& node = item.value().get_object();
    const std::string type = get_string_or(node, "resource_type", "");
    const bool is_shown = type == "model" || type == "seed" || type == "snapshot" || type == "source" ||
                          type == "exposure" || type == "test" || type == "unit_test";
    if (is_shown) out->push_back(report_node(node, type == "unit_test" ? "test" : type, classes));
  }
}

json::object product_node(std::string id, std::string_view type, const std::string& name, json::array depends_on) {
  return {{"id", std::move(id)},
          {"type", type},
          {"name", name},
          {"package", ""},
          {"path", ""},
          {"description", ""},
          {"materialized", ""},
          {"relation", ""},
          {"tags", json::array()},
          {"meta", json::object()},
          {"owner", ""},
          {"raw", ""},
          {"depends_on", std::move(depends_on)},
          {"columns", json::array()},
          {"test", nullptr}};
}

// Which node a destination delivers: by its table, else by its name.
json::array delivered(const json::array& nodes, const std::string& source_table) {
  for (const std::string_view key : {"relation", "name"}) {
    for (const json::value& value : nodes) {
      const json::object& node = value.get_object();
      const std::string type = get_string_or(node, "type", "");
      if (type == "test" || type == "exposure") continue;
      if (get_string_or(node, key, "") == source_table) return {node.at("id")};
    }
  }
  return {};
}

void add_ingestion(const json::object& artifact, std::string_view product, json::array* nodes) {
  const json::object* plugins = get_object(artifact, "plugins");
  const json::object* ingestion = plugins == nullptr ? nullptr : get_object(*plugins, "ingestion");
  const json::object* config = ingestion == nullptr ? nullptr : get_object(*ingestion, "config");
  const json::array* sources = config == nullptr ? nullptr : get_array(*config, "sources");
  if (sources == nullptr) return;
  for (const json::value& value : *sources) {
    const json::object& source = value.as_object();
    const std::string name = get_string_or(source, "name", "");
    const std::string id = fmt::format("ingestion.{}.{}", product, name);
    json::object node = product_node(id, "ingestion", name, {});
    node["path"] = get_string_or(source, "path", "");
    node["materialized"] = get_string_or(source, "format", "");
    for (json::value& other : *nodes) {
      json::object& table = other.get_object();
      if (get_string_or(table, "type", "") != "source") continue;
      if (get_string_or(table, "relation", "") == get_string_or(source, "table", ""))
        table["depends_on"].as_array().emplace_back(id);
    }
    nodes->push_back(std::move(node));
  }
}

json::value origins_json(const lineage::Graph& graph, const std::vector<policy::ColumnOrigin>& origins) {
  json::array out;
  for (const policy::ColumnOrigin& origin : origins) {
    const auto node = graph.find(origin.node);
    out.push_back(json::object{{"node", origin.node},
                               {"name", node == graph.end() ? origin.node : node->second.name},
                               {"column", origin.column},
                               {"how", origin.subtype},
                               {"direct", origin.type == "DIRECT"}});
  }
  return out;
}

// The one of that name; a new one when it is not declared.
json::object& shown_column(const policy::TracedColumn& traced, json::array* columns) {
  for (json::value& value : *columns) {
    json::object& column = value.get_object();
    if (!text::equals_ignore_case_ascii(get_string_or(column, "name", ""), traced.name)) continue;
    if (get_string_or(column, "type", "").empty()) column["type"] = traced.sql_type;
    return column;
  }
  columns->push_back(json::object{{"name", traced.name},
                                  {"type", traced.sql_type},
                                  {"description", ""},
                                  {"tags", json::array()},
                                  {"classification", ""},
                                  {"declared", false}});
  return columns->back().get_object();
}

}  // namespace

Result<json::array> project_nodes(std::string_view manifest_json) {
  const json::object manifest = FLOE_TRY(parse_json_object(manifest_json));
  const policy::ModelGraph graph = FLOE_TRY(policy::read_model_graph(manifest_json));
  Classes classes;
  for (const policy::Model& model : graph.models) {
    for (const policy::ModelColumn& column : model.columns)
      classes[class_key(model.unique_id, column.name)] = column.classification;
  }
  json::array out;
  for (const std::string_view section : {"sources", "nodes", "unit_tests", "exposures"})
    add_section(manifest, section, classes, &out);
  return out;
}

void add_column_lineage(const lineage::Graph& graph, json::array* nodes) {
  for (json::value& value : *nodes) {
    json::object& node = value.get_object();
    const auto traced = graph.find(get_string_or(node, "id", ""));
    if (traced == graph.end() || !traced->second.is_traced) continue;
    json::array& columns = node["columns"].as_array();
    for (const policy::TracedColumn& column : traced->second.columns)
      shown_column(column, &columns)["from"] = column.is_exact ? origins_json(graph, column.origins) : json::value();
    node["rows"] = origins_json(graph, traced->second.rows);
  }
}

void add_product_nodes(const json::object& artifact, std::string_view product, json::array* nodes) {
  add_ingestion(artifact, product, nodes);
  const json::array* destinations = get_array(artifact, "destinations");
  if (destinations == nullptr) return;
  for (const json::value& value : *destinations) {
    const json::object& destination = value.as_object();
    const std::string name = get_string_or(destination, "name", "");
    json::object node = product_node(fmt::format("destination.{}.{}", product, name), "destination", name,
                                     delivered(*nodes, get_string_or(destination, "source_table", "")));
    node["materialized"] = get_string_or(destination, "sink_type", "");
    nodes->push_back(std::move(node));
  }
}

}  // namespace floe::docs_page
