// The nodes of the report: what a dbt manifest holds, without what a page does not show, and what floe adds before and
// after it.
#pragma once

#include "rules/lineage/lineage_graph.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string_view>

namespace floe::docs_page {

// Models, seeds, snapshots, sources, exposures and tests of a manifest (v12) of dbt: id, type, name, package, path,
// description, materialized, relation, tags, meta, owner, raw, depends_on, columns, test.
Result<json::array> project_nodes(std::string_view manifest_json);

// Where the columns come from, as the compile found it: `from` of each column and `rows` of each node are lists of
// {node, name, column, how, direct}. A column that is not declared is added, with `declared` false.
void add_column_lineage(const lineage::Graph& graph, json::array* nodes);

// Adds the ingested files and the destinations of a compiled artifact, tied to the nodes by the tables they fill and
// deliver.
void add_product_nodes(const json::object& artifact, std::string_view product, json::array* nodes);

}  // namespace floe::docs_page
