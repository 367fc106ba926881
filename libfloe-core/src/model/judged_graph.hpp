// The graph of a dbt project that was judged, as far as it can be compared with another parse of the project.
#pragma once

#include "base/json/json.hpp"

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace floe::compile {

// What is compared of a node, each as text; of what is long a digest.
inline constexpr std::array<std::string_view, 7> kGraphFields{"resource_type", "schema", "alias",  "materialized",
                                                              "checksum",      "config", "columns"};

struct JudgedGraph {
  using Node = std::array<std::string, kGraphFields.size()>;

  std::string manifest_sha256;        // of the manifest as parse answered it: a runtime keeps a graph by this name
  std::map<std::string, Node> nodes;  // by unique id: nodes, sources, and macros where the manifest has them

  // SHA-256 over all nodes: equal for equal graphs, whoever parsed them.
  [[nodiscard]] std::string digest() const;
};

// `text` is what `manifest` was read from.
JudgedGraph judged_graph(const json::object& manifest, std::string_view text);

struct GraphDifference {
  std::string node;                 // unique id
  std::vector<std::string> fields;  // of kGraphFields; `enabled` when only one of the graphs has the node
};

// In the order of the ids; empty when the graphs are the same.
std::vector<GraphDifference> graph_differences(const JudgedGraph& judged, const JudgedGraph& other);

}  // namespace floe::compile
