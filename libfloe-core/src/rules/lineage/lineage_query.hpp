// What `floe lineage` answers: a part of the graph, of tables or of columns.
#pragma once

#include "rules/lineage/lineage_graph.hpp"

#include "base/result.hpp"

#include <cstddef>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace floe::lineage {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

// How many steps to go; 0 = that way is not asked for.
struct Reach {
  std::size_t up = kNoLimit;
  std::size_t down = kNoLimit;
};

// `orders`, and as dbt writes it `+orders`, `orders+2`, `1+orders+`: the name in it. One that has an operator sets the
// reach; a plain name leaves it as it is.
std::string read_selector(std::string_view selector, Reach* reach);

// By id, name or table. kNotFound with FLOE-E0395.
Result<const Node*> find_node(const Graph& graph, std::string_view name);

// `orders.amount`, `raw.orders.amount`. kNotFound with FLOE-E0395 or FLOE-E0396, kInvalidArgument without a dot. Of a
// node whose columns are not known any name is taken.
Result<ColumnId> read_column(const Graph& graph, std::string_view written);

// Ids of the nodes within reach, itself among them.
std::set<std::string, std::less<>> nodes_around(const Graph& graph, const Node& focus, const Reach& reach);

struct ColumnEdge {
  ColumnId from;
  ColumnId to;
  std::string type;  // as policy::ColumnOrigin
  std::string subtype;
};

// What goes into the column and what is made of it, each step along values (DIRECT); besides, of the column itself,
// what else decides about it and its rows, and what it decides about.
std::vector<ColumnEdge> edges_around(const Graph& graph, const ColumnId& focus, const Reach& reach);

}  // namespace floe::lineage
