#include "rules/lineage/lineage_query.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace floe::lineage {
namespace {

using policy::ColumnOrigin;
using policy::TracedColumn;

// The digits of a dbt graph operator; none: without limit.
std::size_t steps_of(std::string_view digits) {
  std::size_t steps = kNoLimit;
  std::from_chars(digits.data(), digits.data() + digits.size(), steps);
  return steps;
}

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Diagnostic unknown_node(const Graph& graph, std::string_view name) {
  std::vector<std::string> known;
  for (const auto& [id, node] : graph)
    known.push_back(node.name);
  auto diagnostic = error_diagnostic("FLOE-E0395", "unknown-lineage-node",
                                     fmt::format("the product has no model, seed, snapshot, source, ingested file or "
                                                 "destination `{}`",
                                                 name));
  if (const auto near = text::nearest(name, known))
    return std::move(diagnostic).help(fmt::format("a similar name exists: `{}`", *near));
  return std::move(diagnostic).help("`floe lineage` lists all there are");
}

Diagnostic unknown_column(const Node& node, std::string_view column) {
  std::vector<std::string> known;
  known.reserve(node.columns.size());
  for (const TracedColumn& each : node.columns)
    known.push_back(each.name);
  auto diagnostic = error_diagnostic("FLOE-E0396", "unknown-lineage-column",
                                     fmt::format("{} `{}` has no column `{}`", node.type, node.name, column));
  if (node.type == "source")
    diagnostic.notes.emplace_back("of sources the columns that the project declares are known");
  if (!known.empty()) diagnostic.notes.push_back("it has " + text::quoted_list(known));
  if (const auto near = text::nearest(column, known))
    return std::move(diagnostic).help(fmt::format("a similar name exists: `{}.{}`", node.name, *near));
  return diagnostic;
}

// Spelled as the node that has the column spells it.
ColumnId origin_id(const Graph& graph, const ColumnOrigin& origin) {
  const TracedColumn* column = find_column(graph, {origin.node, origin.column});
  return {origin.node, column == nullptr ? origin.column : column->name};
}

// From `start`, breadth first: the nearest way to an id is what its steps count. `next_of(id, visit)` visits what is
// one step further.
template <typename Id>
std::set<Id> walk(const Id& start, std::size_t steps, const auto& next_of) {
  std::set<Id> seen{start};
  std::vector<Id> reached{start};
  for (std::size_t step = 0; step < steps && !reached.empty(); ++step) {
    std::vector<Id> further;
    for (const Id& id : reached) {
      next_of(id, [&](const Id& next) {
        if (seen.insert(next).second) further.push_back(next);
      });
    }
    reached = std::move(further);
  }
  return seen;
}

// The uses that each column has.
class Uses {
 public:
  explicit Uses(const Graph& graph) : graph_(graph) {
    for (const auto& [id, node] : graph) {
      for (const TracedColumn& column : node.columns)
        add(column.origins, {id, column.name});
      add(node.rows, {id, ""});
    }
  }

  [[nodiscard]] const std::vector<ColumnEdge>& of(const ColumnId& column) const {
    static const std::vector<ColumnEdge> kNone;
    const auto found = edges_.find(column);
    return found == edges_.end() ? kNone : found->second;
  }

 private:
  void add(const std::vector<ColumnOrigin>& origins, const ColumnId& user) {
    for (const ColumnOrigin& origin : origins) {
      const ColumnId used = origin_id(graph_, origin);
      edges_[used].push_back({used, user, origin.type, origin.subtype});
    }
  }

  const Graph& graph_;
  std::map<ColumnId, std::vector<ColumnEdge>> edges_;
};

class ColumnWalk {
 public:
  ColumnWalk(const Graph& graph, const ColumnId& focus) : graph_(graph), focus_(focus) {}

  std::vector<ColumnEdge> run(const Reach& reach) {
    follow(reach.up, [this](const ColumnId& column) { return origins_of(column); }, &ColumnEdge::from);
    if (reach.up > 0) add_row_edges();
    const Uses uses(graph_);
    follow(reach.down, [&](const ColumnId& column) -> const auto& { return uses.of(column); }, &ColumnEdge::to);
    return std::move(edges_);
  }

 private:
  // Goes on along values.
  void follow(std::size_t steps, const auto& edges_of, ColumnId ColumnEdge::* end) {
    walk(focus_, steps, [&](const ColumnId& column, const auto& visit) {
      for (const ColumnEdge& edge : edges_of(column)) {
        const bool is_value = edge.type == "DIRECT";
        if (is_value || column == focus_) edges_.push_back(edge);
        if (is_value) visit(edge.*end);
      }
    });
  }

  [[nodiscard]] std::vector<ColumnEdge> origins_of(const ColumnId& column) const {
    std::vector<ColumnEdge> out;
    const TracedColumn* traced = find_column(graph_, column);
    if (traced == nullptr) return out;
    for (const ColumnOrigin& origin : traced->origins)
      out.push_back({origin_id(graph_, origin), column, origin.type, origin.subtype});
    return out;
  }

  void add_row_edges() {
    const auto node = graph_.find(focus_.node);
    if (node == graph_.end()) return;
    for (const ColumnOrigin& row : node->second.rows)
      edges_.push_back({origin_id(graph_, row), {focus_.node, ""}, row.type, row.subtype});
  }

  const Graph& graph_;
  const ColumnId& focus_;
  std::vector<ColumnEdge> edges_;
};

using Neighbours = std::map<std::string, std::vector<std::string>>;

}  // namespace

std::string read_selector(std::string_view selector, Reach* reach) {
  const std::size_t first = selector.find('+');
  const bool goes_up = first != std::string_view::npos && is_digits(selector.substr(0, first));
  std::string_view name = goes_up ? selector.substr(first + 1) : selector;
  const std::size_t last = name.rfind('+');
  const bool goes_down = last != std::string_view::npos && is_digits(name.substr(last + 1));
  if (!goes_up && !goes_down) return std::string(selector);
  reach->up = goes_up ? steps_of(selector.substr(0, first)) : 0;
  reach->down = goes_down ? steps_of(name.substr(last + 1)) : 0;
  if (goes_down) name = name.substr(0, last);
  return std::string(name);
}

Result<const Node*> find_node(const Graph& graph, std::string_view name) {
  if (const auto found = graph.find(name); found != graph.end()) return &found->second;
  // A model and the file it is ingested from may share a name: what is a table comes first.
  const Node* best = nullptr;
  for (const auto& [id, node] : graph) {
    if (node.name != name && node.table != name) continue;
    if (best == nullptr || (best->table.empty() && !node.table.empty())) best = &node;
  }
  if (best != nullptr) return best;
  return diagnostics_error(ErrorCode::kNotFound, unknown_node(graph, name));
}

Result<ColumnId> read_column(const Graph& graph, std::string_view written) {
  const std::size_t dot = written.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == written.size()) {
    return failf(ErrorCode::kInvalidArgument, "`{}` is no column; write MODEL.COLUMN, such as orders.amount", written);
  }
  const Node* node = FLOE_TRY(find_node(graph, written.substr(0, dot)));
  const std::string_view name = written.substr(dot + 1);
  if (const TracedColumn* column = node->find_column(name)) return ColumnId{node->id, column->name};
  if (!node->is_traced) return ColumnId{node->id, std::string(name)};
  return diagnostics_error(ErrorCode::kNotFound, unknown_column(*node, name));
}

std::set<std::string, std::less<>> nodes_around(const Graph& graph, const Node& focus, const Reach& reach) {
  Neighbours parents;
  Neighbours children;
  for (const auto& [id, node] : graph) {
    for (const std::string& input : node.inputs) {
      if (!graph.contains(input)) continue;
      parents[id].push_back(input);
      children[input].push_back(id);
    }
  }
  std::set<std::string, std::less<>> out;
  const auto add_reached = [&](const Neighbours& next, std::size_t steps) {
    const auto next_of = [&](const std::string& id, const auto& visit) {
      if (const auto found = next.find(id); found != next.end())
        std::for_each(found->second.begin(), found->second.end(), visit);
    };
    out.merge(walk(focus.id, steps, next_of));
  };
  add_reached(parents, reach.up);
  add_reached(children, reach.down);
  return out;
}

std::vector<ColumnEdge> edges_around(const Graph& graph, const ColumnId& focus, const Reach& reach) {
  return ColumnWalk(graph, focus).run(reach);
}

}  // namespace floe::lineage
