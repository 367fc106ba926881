#include "rules/lineage/lineage_graph.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::lineage {
namespace {

using policy::ColumnOrigin;
using policy::TracedColumn;

std::string type_of(const std::string& id) { return id.substr(0, id.find('.')); }

Node table_node(const policy::Model& model, const policy::ColumnLineage& traced) {
  Node node{.id = model.unique_id, .type = type_of(model.unique_id), .name = model.name, .inputs = model.inputs};
  if (model.materialized != "ephemeral" && !model.table.empty()) node.table = model.schema + "." + model.table;
  const auto found = traced.find(model.unique_id);
  if (found == traced.end()) return node;
  node.is_traced = found->second.problem.empty();
  node.columns = found->second.columns;
  node.rows = found->second.rows;
  node.problem = found->second.problem;
  return node;
}

// By its table, else by its name, as `destinations` of floe.yaml name it.
std::vector<std::string> delivered(const Graph& graph, const std::string& source) {
  for (const auto& [id, node] : graph) {
    if (node.table == source) return {id};
  }
  for (const auto& [id, node] : graph) {
    if (node.name == source) return {id};
  }
  return {};
}

void add_ingestion(const compile::Compiled& compiled, Graph* graph) {
  for (const compile::IngestionSource& source : compiled.ingestion) {
    const std::string id = fmt::format("ingestion.{}.{}", compiled.product_name, source.name);
    const std::string table = text::join(source.table, ".");
    for (auto& [other, node] : *graph) {
      if (text::equals_ignore_case_ascii(node.table, table)) node.inputs.push_back(id);
    }
    (*graph)[id] = {.id = id, .type = "ingestion", .name = source.name};
  }
}

void add_destinations(const compile::Compiled& compiled, Graph* graph) {
  for (const compile::Destination& destination : compiled.destinations) {
    const std::string id = fmt::format("destination.{}.{}", compiled.product_name, destination.name);
    Node node{.id = id, .type = "destination", .name = destination.name};
    node.inputs = delivered(*graph, destination.source_table);
    (*graph)[id] = std::move(node);
  }
}

json::array origins_json(const std::vector<ColumnOrigin>& origins) {
  json::array out;
  for (const ColumnOrigin& origin : origins) {
    out.push_back(json::object{
        {"node", origin.node}, {"column", origin.column}, {"type", origin.type}, {"subtype", origin.subtype}});
  }
  return out;
}

std::vector<ColumnOrigin> read_origins(const json::array* list) {
  std::vector<ColumnOrigin> out;
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const json::object& origin = (*list)[i].as_object();
    out.push_back({get_string_or(origin, "node", ""), get_string_or(origin, "column", ""),
                   get_string_or(origin, "type", ""), get_string_or(origin, "subtype", "")});
  }
  return out;
}

json::value columns_json(const Node& node) {
  if (!node.is_traced) return nullptr;
  json::array out;
  for (const TracedColumn& column : node.columns) {
    out.push_back(json::object{{"name", column.name},
                               {"type", text_or_null(column.sql_type)},
                               {"exact", column.is_exact},
                               {"from", origins_json(column.origins)}});
  }
  return out;
}

Node read_node(const json::object& object) {
  Node node{.id = get_string_or(object, "unique_id", ""),
            .type = get_string_or(object, "type", ""),
            .name = get_string_or(object, "name", ""),
            .table = get_string_or(object, "table", ""),
            .rows = read_origins(get_array(object, "rows")),
            .problem = get_string_or(object, "problem", "")};
  if (const json::array* inputs = get_array(object, "depends_on")) {
    for (const json::value& input : *inputs)
      node.inputs.emplace_back(to_view(input.as_string()));
  }
  const json::array* columns = get_array(object, "columns");
  node.is_traced = columns != nullptr;
  for (std::size_t i = 0; columns != nullptr && i < columns->size(); ++i) {
    const json::object& column = (*columns)[i].as_object();
    node.columns.push_back({get_string_or(column, "name", ""), get_string_or(column, "type", ""),
                            read_origins(get_array(column, "from")), get_bool_or(column, "exact", true)});
  }
  return node;
}

}  // namespace

const TracedColumn* Node::find_column(std::string_view column_name) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const TracedColumn& column) {
    return text::equals_ignore_case_ascii(column.name, column_name);
  });
  return found == columns.end() ? nullptr : &*found;
}

const TracedColumn* find_column(const Graph& graph, const ColumnId& id) {
  const auto node = graph.find(id.node);
  return node == graph.end() ? nullptr : node->second.find_column(id.column);
}

Graph make_graph(const policy::ModelGraph& models, const policy::ColumnLineage& traced,
                 const compile::Compiled& compiled) {
  Graph graph;
  for (const std::vector<policy::Model>* list : {&models.models, &models.other_nodes}) {
    for (const policy::Model& model : *list)
      graph[model.unique_id] = table_node(model, traced);
  }
  add_ingestion(compiled, &graph);
  add_destinations(compiled, &graph);
  return graph;
}

json::array graph_json(const Graph& graph) {
  json::array out;
  for (const auto& [id, node] : graph) {
    json::array inputs;
    for (const std::string& input : node.inputs)
      inputs.emplace_back(input);
    out.push_back(json::object{{"unique_id", id},
                               {"type", node.type},
                               {"name", node.name},
                               {"table", text_or_null(node.table)},
                               {"depends_on", std::move(inputs)},
                               {"columns", columns_json(node)},
                               {"rows", origins_json(node.rows)},
                               {"problem", text_or_null(node.problem)}});
  }
  return out;
}

Result<Graph> read_graph(const json::object& document) {
  const json::array* list = get_array(document, "lineage");
  if (list == nullptr) return fail(ErrorCode::kData, "the document has no `lineage`");
  Graph graph;
  for (const json::value& item : *list) {
    Node node = read_node(item.as_object());
    std::string id = node.id;
    graph[std::move(id)] = std::move(node);
  }
  return graph;
}

}  // namespace floe::lineage
