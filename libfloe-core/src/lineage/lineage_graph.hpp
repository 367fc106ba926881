// The lineage of a product, tables and columns, as the compiled artifact carries it under `lineage`: from the ingested
// files to the destinations.
#pragma once

#include "compile/compiled.hpp"
#include "lineage/open_lineage.hpp"
#include "policy/model_graph.hpp"

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

// What a compile found out, and the artifact's form of it.
Graph make_graph(const policy::ModelGraph& models, const compile::Compiled& compiled);
json::array graph_json(const Graph& graph);

// From a compiled artifact. kData when it is none.
Result<Graph> read_graph(const json::object& artifact);

// Of what a node writes, in terms of stored tables: through ephemeral models to what these read. Empty when the node
// was not traced.
TableLineage table_lineage(const Graph& graph, std::string_view id);

}  // namespace floe::lineage
