// floe lineage: which tables and columns of the compiled product come from which, and what is made of them.
#include "engine/compiled_project.hpp"
#include "rules/lineage/lineage_query.hpp"
#include "verbs/dot_graph.hpp"
#include "verbs/lineage_text.hpp"
#include "verbs/pipeline_arguments.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

using lineage::ColumnEdge;
using lineage::ColumnId;
using lineage::Graph;
using lineage::Node;
using lineage::Reach;
using NodeIds = std::set<std::string, std::less<>>;

// Which ways and how far; a selector with operators of dbt says it anew.
Reach asked_reach(const json::object& request) {
  const auto depth = get_int(request, "depth");
  const std::size_t steps = depth ? static_cast<std::size_t>(*depth) : lineage::kNoLimit;
  const bool up = get_bool_or(request, "upstream", false);
  const bool down = get_bool_or(request, "downstream", false);
  return Reach{up || !down ? steps : 0, down || !up ? steps : 0};
}

json::object node_json(const Node& node) {
  return {{"unique_id", node.id},
          {"type", node.type},
          {"name", node.name},
          {"table", text_or_null(node.table)},
          {"traced", node.is_traced}};
}

json::array nodes_json(const Graph& graph, const NodeIds& ids) {
  json::array out;
  for (const std::string& id : ids) {
    if (const auto node = graph.find(id); node != graph.end()) out.push_back(node_json(node->second));
  }
  return out;
}

json::array edges_json(const Graph& graph, const NodeIds& ids) {
  json::array out;
  for (const std::string& id : ids) {
    for (const std::string& input : graph.at(id).inputs) {
      if (ids.contains(input)) out.push_back(json::object{{"from", input}, {"to", id}});
    }
  }
  return out;
}

json::object column_id_json(const ColumnId& column) {
  return {{"node", column.node}, {"column", text_or_null(column.column)}};
}

json::object column_json(const Graph& graph, const ColumnId& id) {
  json::object out{{"node", id.node}, {"column", id.column}, {"type", nullptr}, {"exact", false}};
  const policy::TracedColumn* column = lineage::find_column(graph, id);
  if (column == nullptr) return out;
  out["type"] = text_or_null(column->sql_type);
  out["exact"] = column->is_exact;
  return out;
}

// A trace that ends at a model whose columns are not known looks like one that ends at a source.
void warn_unknown(const Graph& graph, const std::set<ColumnId>& columns, DiagnosticSink& sink) {
  NodeIds told;
  for (const ColumnId& column : columns) {
    const auto node = graph.find(column.node);
    if (node == graph.end()) continue;
    const Node& found = node->second;
    const policy::TracedColumn* traced = found.find_column(column.column);
    const bool is_known = found.is_traced && (traced == nullptr || traced->is_exact);
    if (is_known || !told.insert(found.id).second) continue;
    auto warning = warning_diagnostic(
        "FLOE-W1320", "unknown-column-origin",
        found.is_traced ? fmt::format("where `{}.{}` comes from cannot be told exactly", found.name, column.column)
                        : fmt::format("where the columns of {} `{}` come from is not known", found.type, found.name));
    if (!found.problem.empty()) warning.notes.push_back(found.problem);
    if (!found.is_traced && found.type == "model") {
      warning.helps.emplace_back(
          "declare all columns of the sources it reads: `columns` of the ingestion source in floe.yaml, or `columns` "
          "with `data_type` in the sources' .yml");
    }
    sink.report(std::move(warning).addressed(found.id));
  }
}

std::string dot_of(const Graph& graph, const NodeIds& ids) {
  DotGraph dot("lineage");
  for (const std::string& id : ids) {
    const Node& node = graph.at(id);
    dot.add_node(id, node.name + "\\n" + node.type);
  }
  for (const std::string& id : ids) {
    for (const std::string& input : graph.at(id).inputs) {
      if (ids.contains(input)) dot.add_edge(input, id);
    }
  }
  return dot.text();
}

std::string shown(const Graph& graph, const ColumnId& id) {
  const auto node = graph.find(id.node);
  const std::string name = node == graph.end() ? id.node : node->second.name;
  return id.column.empty() ? name : name + "." + id.column;
}

std::string dot_of(const Graph& graph, const std::set<ColumnId>& columns, const std::vector<ColumnEdge>& edges) {
  DotGraph dot("lineage");
  for (const ColumnId& column : columns)
    dot.add_node(shown(graph, column));
  for (const ColumnEdge& edge : edges) {
    dot.add_edge(shown(graph, edge.from), shown(graph, edge.to), edge.subtype,
                 edge.type == "DIRECT" ? "" : "style=dashed");
  }
  return dot.text();
}

void add_nodes(const Graph& graph, const NodeIds& ids, bool wants_dot, json::object* answer) {
  (*answer)["nodes"] = nodes_json(graph, ids);
  (*answer)["edges"] = edges_json(graph, ids);
  (*answer)["columns"] = json::array();
  (*answer)["column_edges"] = json::array();
  if (wants_dot) (*answer)["dot"] = dot_of(graph, ids);
}

void add_columns(const Graph& graph, const ColumnId& focus, const Reach& reach, bool wants_dot, json::object* answer,
                 DiagnosticSink& sink) {
  const std::vector<ColumnEdge> edges = lineage::edges_around(graph, focus, reach);
  std::set<ColumnId> columns{focus};
  std::set<ColumnId> values{focus};  // what indirect edges lead to is not traced on
  NodeIds ids;
  json::array edge_list;
  for (const ColumnEdge& edge : edges) {
    columns.insert({edge.from, edge.to});
    if (edge.type == "DIRECT") values.insert({edge.from, edge.to});
    edge_list.push_back(json::object{{"from", column_id_json(edge.from)},
                                     {"to", column_id_json(edge.to)},
                                     {"type", edge.type},
                                     {"subtype", edge.subtype}});
  }
  json::array column_list;
  for (const ColumnId& column : columns) {
    ids.insert(column.node);
    if (!column.column.empty()) column_list.push_back(column_json(graph, column));
  }
  (*answer)["nodes"] = nodes_json(graph, ids);
  (*answer)["edges"] = edges_json(graph, ids);
  (*answer)["columns"] = std::move(column_list);
  (*answer)["column_edges"] = std::move(edge_list);
  if (wants_dot) (*answer)["dot"] = dot_of(graph, columns, edges);
  warn_unknown(graph, values, sink);
}

Result<Answer> trace_lineage(Context& context, const json::object& request, DiagnosticSink& sink) {
  const std::string selector = get_string_or(request, "selector", "");
  const std::string column = get_string_or(request, "column", "");
  const std::string format = get_string_or(request, "format", "text");
  if (!selector.empty() && !column.empty())
    return fail(ErrorCode::kInvalidArgument, "a column says of which model it is: leave the selector out");
  const bool has_way = get_bool_or(request, "upstream", false) || get_bool_or(request, "downstream", false);
  if (selector.empty() && column.empty() && (has_way || request.contains("depth"))) {
    return fail(ErrorCode::kInvalidArgument,
                "`upstream`, `downstream` and `depth` need a selector or a column to start from");
  }
  Reach reach = asked_reach(request);
  compile::CompileRequest wanted = compile_request(context, request);
  wanted.wants_lineage = true;
  const auto compiled = FLOE_TRY(compile_project(context, wanted, sink));
  const Graph graph = FLOE_TRY(read_lineage(context, compiled));
  json::object answer{{"schema", "floe.lineage/1"}, {"product", compiled.product_name}, {"focus", nullptr}};
  if (!column.empty()) {
    const ColumnId focus = FLOE_TRY(lineage::read_column(graph, column));
    answer["focus"] = column_id_json(focus);
    add_columns(graph, focus, reach, format == "dot", &answer, sink);
    return Answer{to_json(answer), 0};
  }
  NodeIds ids;
  if (selector.empty()) {
    for (const auto& [id, node] : graph)
      ids.insert(id);
  } else {
    const std::string name = lineage::read_selector(selector, &reach);
    const Node* focus = FLOE_TRY(lineage::find_node(graph, name));
    answer["focus"] = column_id_json({focus->id, ""});
    ids = lineage::nodes_around(graph, *focus, reach);
  }
  add_nodes(graph, ids, format == "dot", &answer);
  return Answer{to_json(answer), 0};
}

AnswerText lineage_answer_text(const json::object& answer, const TextStyle& /*style*/) {
  return {lineage_text(answer), ""};
}

}  // namespace

Verb lineage_verb() {
  return {
      .name = "lineage",
      .summary = "which tables and columns come from which",
      .details =
          R"(Compiles first. `column_edges` are named as OpenLineage names them; the column of a "to" is null where the value decides about
rows. "dot" is there with "format": "dot". FLOE_NOT_FOUND (FLOE-E0395, FLOE-E0396) when there is no such node or column.)",
      .request = Arguments()
                     .text("selector", "selector",
                           "model, seed, source ...; dbt's `+` says which way: +orders, orders+2 (default: all)")
                     .text("--column", "column", "a column instead: orders.amount")
                     .flag("--upstream", "upstream", "only what it is made of")
                     .flag("--downstream", "downstream", "only what is made of it")
                     .number("--depth", "depth", 1, "so many steps (default: all)")
                     .text("--format", "format", "text (default), or dot for Graphviz")
                     .among({"text", "dot"})
                     .add(vars_argument())
                     .add(target_argument()),
      .answer = R"({"type": "object", "required": ["schema", "product", "focus", "nodes", "edges"], "properties": {
  "schema": {"const": "floe.lineage/1"}, "product": {"type": "string"},
  "focus": {"type": ["object", "null"], "properties": {"node": {"type": "string"}, "column": {"type": ["string", "null"]}}},
  "nodes": {"type": "array", "items": {"type": "object", "properties": {
    "unique_id": {"type": "string"}, "type": {"type": "string"}, "name": {"type": "string"},
    "table": {"type": ["string", "null"]}, "traced": {"type": "boolean"}}}},
  "edges": {"type": "array", "items": {"type": "object", "properties": {
    "from": {"type": "string"}, "to": {"type": "string"}}}},
  "columns": {"type": "array", "items": {"type": "object", "properties": {
    "node": {"type": "string"}, "column": {"type": "string"}, "type": {"type": ["string", "null"]},
    "exact": {"type": "boolean"}}}},
  "column_edges": {"type": "array", "items": {"type": "object", "properties": {
    "from": {"type": "object"}, "to": {"type": "object"}, "type": {"type": "string"}, "subtype": {"type": "string"}}}},
  "dot": {"type": "string"}}})",
      .run = trace_lineage,
      .text = lineage_answer_text};
}

}  // namespace floe::run
