#include "rules/lineage/lineage_graph.hpp"

#include <algorithm>
#include <array>

namespace floe::lineage {
namespace {

using policy::ColumnOrigin;
using policy::TracedColumn;

// How much a value changed on its way; the last wins.
constexpr std::array<std::string_view, 3> kSubtypes{"IDENTITY", "TRANSFORMATION", "AGGREGATION"};

// A use of a column that is itself made by `inner`.
void compose(const ColumnOrigin& outer, InputField* inner) {
  if (outer.type != "DIRECT") {
    inner->type = outer.type;
    inner->subtype = outer.subtype;
  } else if (inner->type == "DIRECT") {
    const auto rank = [](const std::string& subtype) {
      return std::find(kSubtypes.begin(), kSubtypes.end(), subtype) - kSubtypes.begin();
    };
    if (rank(outer.subtype) > rank(inner->subtype)) inner->subtype = outer.subtype;
  }
}

void add_once(InputField field, std::vector<InputField>* out) {
  if (std::find(out->begin(), out->end(), field) == out->end()) out->push_back(std::move(field));
}

// False when it is not known what the column of an ephemeral model is made of.
bool add_stored(const Graph& graph, const ColumnOrigin& origin, std::vector<InputField>* out) {
  const auto node = graph.find(origin.node);
  if (node == graph.end()) return false;
  if (!node->second.table.empty()) {
    add_once({node->second.table, origin.column, origin.type, origin.subtype}, out);
    return true;
  }
  const TracedColumn* column = node->second.find_column(origin.column);
  if (column == nullptr || !column->is_exact) return false;
  std::vector<InputField> inner;
  for (const ColumnOrigin& next : column->origins) {
    if (!add_stored(graph, next, &inner)) return false;
  }
  for (InputField& field : inner) {
    compose(origin, &field);
    add_once(std::move(field), out);
  }
  return true;
}

// Also what decides about the rows of the ephemeral models it reads.
void add_rows(const Graph& graph, const Node& node, std::vector<InputField>* out) {
  for (const ColumnOrigin& row : node.rows)
    (void)add_stored(graph, row, out);  // what is not known is not said
  for (const std::string& input : node.inputs) {
    const auto found = graph.find(input);
    if (found != graph.end() && found->second.type == "model" && found->second.table.empty())
      add_rows(graph, found->second, out);
  }
}

}  // namespace

TableLineage table_lineage(const Graph& graph, std::string_view id) {
  TableLineage out;
  const auto node = graph.find(id);
  if (node == graph.end() || !node->second.is_traced) return out;
  for (const TracedColumn& column : node->second.columns) {
    OutputColumn made{column.name, {}};
    bool is_known = column.is_exact;
    for (const ColumnOrigin& origin : column.origins)
      is_known = is_known && add_stored(graph, origin, &made.inputs);
    if (is_known) out.columns.push_back(std::move(made));
  }
  add_rows(graph, node->second, &out.rows);
  return out;
}

}  // namespace floe::lineage
