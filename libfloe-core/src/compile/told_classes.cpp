#include "compile/told_classes.hpp"

#include "model/relation.hpp"
#include "rules/policy/classification.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <utility>

namespace floe::compile {
namespace {

struct OwnedTable {
  std::string owner;
  model::ColumnClassNames classes;
};

using OwnedTables = std::map<std::string, OwnedTable, std::less<>>;

Status add_contracts(const product::Registered& owner, const std::string& registry, OwnedTables* tables) {
  for (const product::RegisteredPort& port : owner.ports) {
    const contract::Contract contract = FLOE_TRY(product::registered_contract(port, registry));
    for (const contract::Object& object : contract.objects) {
      const auto table = tables->find(text::to_lower_ascii(object.physical_name));
      if (table == tables->end() || table->second.owner != owner.qualified_name()) continue;
      for (const contract::Property& column : object.properties) {
        const std::string word = text::to_lower_ascii(column.classification);
        if (model::class_rank(word) >= 0)
          model::raise_class(word, &table->second.classes[text::to_lower_ascii(column.column())]);
      }
    }
  }
  return ok();
}

// Of all products but `reader`.
Result<OwnedTables> tables_of_others(const product::Registry& registry, const std::string& path,
                                     const std::string& reader) {
  OwnedTables out;
  for (const auto& [name, owner] : registry.products) {
    if (name == reader) continue;
    for (const std::string& table : owner.tables)
      out.emplace(text::to_lower_ascii(table), OwnedTable{name, {}});
    for (const auto& [table, columns] : owner.classes) {
      const auto owned = out.find(table);
      if (owned != out.end() && owned->second.owner == name) owned->second.classes = columns;
    }
    FLOE_TRY(add_contracts(owner, path, &out));
  }
  return out;
}

std::string table_of(const policy::Model& node) { return node.schema + "." + node.table; }

std::vector<std::string> written_by(const Compiled& compiled, const policy::ModelGraph& graph) {
  std::vector<std::string> tables;
  for (const std::vector<policy::Model>* list : {&graph.models, &graph.other_nodes}) {
    for (const policy::Model& node : *list) {
      if (!node.unique_id.starts_with("source.") && node.materialized != "ephemeral") tables.push_back(table_of(node));
    }
  }
  for (const policy::Model& test : graph.tests) {
    if (test.stores_failures) tables.push_back(table_of(test));
  }
  for (const IngestionSource& source : compiled.ingestion) {
    if (source.table.empty()) continue;
    const std::string schema = source.table.size() == 1 ? std::string(warehouse::kDefaultSchema) + "." : "";
    for (const std::string& table : written_tables(source))
      tables.push_back(schema + table);
  }
  return tables;
}

// Of nodes by their tables in lower case. What is ingested has the source that reads it for a node.
std::map<std::string, std::string> ids_by_table(const policy::ModelGraph& graph) {
  std::map<std::string, std::string> ids;
  for (const std::vector<policy::Model>* list : {&graph.models, &graph.other_nodes}) {
    for (const policy::Model& node : *list)
      ids.emplace(text::to_lower_ascii(table_of(node)), node.unique_id);
  }
  return ids;
}

// By the table that a test stores its failures in: the highest class that it reads.
std::map<std::string, std::string> stored_classes(const policy::ModelGraph& graph,
                                                  const policy::ColumnClasses& classes) {
  std::map<std::string, std::string> out;
  for (const policy::Model& test : graph.tests) {
    std::string highest;
    for (const std::string& input : test.inputs) {
      const auto columns = classes.find(input);
      if (columns == classes.end()) continue;
      for (const policy::ColumnClass& column : columns->second) {
        if (!column.is_masked) model::raise_class(column.classification, &highest);
      }
    }
    if (test.stores_failures && !highest.empty()) out[text::to_lower_ascii(table_of(test))] = highest;
  }
  return out;
}

}  // namespace

Examined examined_tables(const Compiled& compiled, const policy::ModelGraph& graph,
                         const policy::ColumnClasses& classes) {
  Examined out;
  out.tables = written_by(compiled, graph);
  const std::map<std::string, std::string> ids = ids_by_table(graph);
  const std::map<std::string, std::string> classes_of_tests = stored_classes(graph, classes);
  for (const std::string& table : out.tables) {
    const std::string key = text::to_lower_ascii(table);
    if (const auto stored = classes_of_tests.find(key); stored != classes_of_tests.end())
      out.classes[key].emplace(model::kAnyColumn, stored->second);
    const auto id = ids.find(key);
    if (id == ids.end()) continue;
    for (const policy::ColumnClass& column : classes.at(id->second)) {
      if (column.is_masked || column.classification.empty()) continue;
      out.classes[key][text::to_lower_ascii(column.name)] = column.classification;
    }
  }
  return out;
}

Status add_told_classes(const Compiled& compiled, const product::Registry& registry, policy::ModelGraph* graph) {
  const OwnedTables tables =
      FLOE_TRY(tables_of_others(registry, compiled.registry_path.value_or(""), qualified_name(compiled)));
  for (const policy::Model& source : graph->other_nodes) {
    if (!source.unique_id.starts_with("source.")) continue;
    const auto table = tables.find(text::to_lower_ascii(source.schema + "." + source.table));
    if (table != tables.end() && !table->second.classes.empty())
      graph->told.emplace(source.unique_id, policy::ToldClasses{table->second.owner, table->second.classes});
  }
  return ok();
}

}  // namespace floe::compile
