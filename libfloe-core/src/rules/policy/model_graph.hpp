// The dbt graph as policies see it: all models, those of packages too, with their columns, tests and inputs.
#pragma once

#include "model/table_classes.hpp"
#include "rules/policy/column_lineage.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace floe::policy {

struct ModelColumn {
  std::string name;
  std::string description;
  bool is_tested = false;
  std::string classification = {};  // meta.classification, else a tag that names a class; "" = none is declared
  bool is_masked = false;           // meta.masking of the column or of its model is set
  std::string data_type = {};
  std::vector<std::string> tags = {};
  std::string meta_json = "{}";
};

struct ModelTest {
  std::string name;                   // unique, dbt_utils.accepted_range
  std::string column;                 // "" = of the model
  std::string arguments_json = "{}";  // of the test, the column among them
  std::string unique_id = {};
  std::string without_effect = {};  // why it counts for nothing; "" = it counts
};

struct Model {
  std::string unique_id;
  std::string name;
  std::string file;  // relative to the dbt project, also of what a package brings
  std::string description;
  std::vector<ModelColumn> columns;  // declared ones
  std::vector<std::string> inputs;   // unique ids
  Span name_span = {};               // in its .yml file, relative to the dbt project; invalid when it has none
  std::map<std::string, Span, std::less<>> input_spans = {};  // of ref() and source(), by unique id
  std::string schema = {};                                    // where its table goes; levels joined by dots
  std::string table = {};                                     // name of it there
  std::string database = {};
  std::string materialized = {};  // table, view, incremental ...
  bool stores_failures = false;   // of a test
  std::vector<std::string> tags = {};
  std::vector<ModelTest> tests = {};  // generic ones
  std::string meta_json = "{}";       // JSON objects
  std::string config_json = "{}";
};

// What dbt looked at when it parsed the project.
struct ProjectReads {
  std::vector<std::string> environment;  // names of variables
  std::vector<std::string> files;        // absolute, also of what is not there; of listed folders with a `/` at the end
};

// What the product that owns a table says of its columns.
struct ToldClasses {
  std::string owner;  // crm.customer-360
  model::ColumnClassNames classes;
};

struct ModelGraph {
  std::string project_name;
  std::vector<Model> models;  // of all packages, sorted by name; of two with one name that of the root project first
  std::set<std::string> table_names;  // of all packages: models that are no CTEs of others, seeds, snapshots
  std::size_t source_count = 0;
  std::vector<Diagnostic> warnings;        // of parsing the project
  std::vector<Model> other_nodes = {};     // sources (`name` with that of the source), seeds, snapshots
  std::vector<Model> tests = {};           // of all packages; `schema` and `table` are where they store their failures
  std::optional<ProjectReads> reads = {};  // nullopt when the dbt in use does not tell
  std::set<std::string> files = {};        // of nodes and macros of the root project, relative to it
  std::map<std::string, ToldClasses, std::less<>> told = {};  // of sources that other products write, by unique id
  ColumnLineage lineage = {};  // when a policy needs it; of models that were not traced there is none
};

// From a dbt manifest (v12, or the brief form of floe.dbt/1 parse).
Result<ModelGraph> read_model_graph(const json::object& manifest);
Result<ModelGraph> read_model_graph(std::string_view manifest_json);

// The package of a node by its unique id (model.shop.orders); "" = the root project.
std::string package_of(const ModelGraph& graph, const Model& node);

// nullptr when there is none of that name.
const Model* find_model(const ModelGraph& graph, std::string_view name);

}  // namespace floe::policy
