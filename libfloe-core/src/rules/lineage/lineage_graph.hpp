// The lineage of a product, tables and columns, as lineage.json and, less what no policy asked for, the compiled
// artifact carry it under `lineage`: from the ingested files to the destinations.
#pragma once

#include "model/compiled.hpp"
#include "rules/lineage/open_lineage.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace floe::lineage {

struct Node {
  std::string id;                                  // model.shop.orders
  std::string type;                                // ingestion, source, seed, snapshot, model, destination
  std::string name;                                // orders; of sources raw.orders
  std::string table = {};                          // main.orders; "" = none: ephemeral models, files
  std::vector<std::string> inputs = {};            // ids
  bool is_traced = false;                          // else nothing is known of its columns
  std::vector<policy::TracedColumn> columns = {};  // of the query, in its order
  std::vector<policy::ColumnOrigin> rows = {};     // what decides which rows there are
  std::string problem = {};                        // why it is not traced, when that is known

  [[nodiscard]] const policy::TracedColumn* find_column(std::string_view column_name) const;  // in any case
};

using Graph = std::map<std::string, Node, std::less<>>;  // by id

// What a compile found out; `traced` may know of some models only.
Graph make_graph(const policy::ModelGraph& models, const policy::ColumnLineage& traced,
                 const compile::Compiled& compiled);

// The member `lineage`, written and read back. kData when there is none.
json::array graph_json(const Graph& graph);
Result<Graph> read_graph(const json::object& document);

struct ColumnId {
  std::string node;
  std::string column;  // "" = the rows of the node

  auto operator<=>(const ColumnId&) const = default;
};

// nullptr when the node is not traced or has no such column.
const policy::TracedColumn* find_column(const Graph& graph, const ColumnId& id);

// Of what a node writes, in terms of stored tables: through ephemeral models to what these read. Empty when the node
// was not traced.
TableLineage table_lineage(const Graph& graph, std::string_view id);

}  // namespace floe::lineage
