#include "compile/product_grants.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace floe::compile {
namespace {

using warehouse::Grants;
using warehouse::Relation;

void add_ingested(const IngestionSource& source, Grants* grants) {
  const std::vector<std::string> levels(source.table.begin(), source.table.end() - 1);
  Relation relation{text::join(levels, "."), source.table.back()};
  if (relation.schema.empty()) relation.schema = warehouse::kDefaultSchema;
  grants->ingested.push_back(relation);
  relation.identifier += "_rejects";
  grants->ingested.push_back(std::move(relation));
}

void add_others(const Compiled& compiled, const product::Registry& registry, Grants* grants) {
  const std::string own = qualified_name(compiled);
  for (const auto& [name, other] : registry.products) {
    if (name == own) continue;
    for (const std::string& table : other.tables)
      grants->others.emplace(text::to_lower_ascii(table), fmt::format("`{}` of {}", name, other.owner));
  }
}

using NodesById = std::map<std::string, const policy::Model*>;

NodesById nodes_by_id(const policy::ModelGraph& graph) {
  NodesById nodes;
  for (const std::vector<policy::Model>* list : {&graph.models, &graph.other_nodes, &graph.tests}) {
    for (const policy::Model& node : *list)
      nodes.emplace(node.unique_id, &node);
  }
  return nodes;
}

// An ephemeral model is part of who reads it, which so reads what it does.
std::set<std::string> inputs_of(const policy::Model& node, const NodesById& nodes) {
  std::set<std::string> keys;
  std::set<std::string> seen;
  std::vector<const policy::Model*> todo{&node};
  while (!todo.empty()) {
    const policy::Model* reader = todo.back();
    todo.pop_back();
    for (const std::string& id : reader->inputs) {
      const auto input = nodes.find(id);
      if (input == nodes.end() || !seen.insert(id).second) continue;
      if (input->second->materialized == "ephemeral") {
        todo.push_back(input->second);
      } else {
        keys.insert(Relation{input->second->schema, input->second->table}.key());
      }
    }
  }
  return keys;
}

void add_reads(const policy::ModelGraph& graph, Grants* grants) {
  const NodesById nodes = nodes_by_id(graph);
  for (const auto& [id, node] : nodes) {
    if (id.starts_with("source.")) {
      grants->sources.emplace(Relation{node->schema, node->table}.key(), id);
    } else {
      grants->inputs.emplace(id, inputs_of(*node, nodes));
    }
  }
}

}  // namespace

void add_judged_classes(const policy::ColumnClasses& classes, const policy::ModelGraph& graph, Grants* grants) {
  const NodesById nodes = nodes_by_id(graph);
  for (const auto& [id, columns] : classes) {
    const policy::Model& node = *nodes.at(id);
    const std::string key = Relation{node.schema, node.table}.key();
    for (const policy::ColumnClass& column : columns) {
      const std::string name = text::to_lower_ascii(column.name);
      if (column.is_masked) grants->masked[key].insert(name);
      if (column.is_masked || column.classification.empty()) continue;
      model::raise_class(column.classification, &grants->classes[key][name]);
    }
  }
}

Grants make_grants(const Compiled& compiled, const policy::ModelGraph& graph, const product::Registry& registry) {
  Grants grants;
  grants.domain = compiled.domain.value_or("");
  for (const std::vector<policy::Model>* list : {&graph.models, &graph.other_nodes, &graph.tests}) {
    for (const policy::Model& node : *list) {
      if (node.unique_id.starts_with("source.") || node.table.empty()) continue;
      grants.nodes.emplace(node.unique_id, Relation{node.schema, node.table});
    }
  }
  add_reads(graph, &grants);
  for (const IngestionSource& source : compiled.ingestion) {
    if (!source.table.empty()) add_ingested(source, &grants);
  }
  add_others(compiled, registry, &grants);
  return grants;
}

}  // namespace floe::compile
