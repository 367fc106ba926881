// What a successful compile hands to the run engine: choices made, sources to ingest, where dbt lives.
#pragma once

#include "model/contract.hpp"
#include "model/grants.hpp"
#include "model/judged_graph.hpp"
#include "model/table_classes.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace floe::compile {

struct PluginChoice {
  std::string type;          // name users write; the directory of the plugin
  std::string config;        // JSON object; secret references only
  Span span;                 // where it was chosen; invalid for defaults
  std::string version = {};  // that has to be installed; "" = any
  std::string rules = "{}";  // of policy plugins: JSON, policy/config of floe.policy/1
  // Of platform.yaml, where the manifest leaves the category open: the artifact knows nothing of it.
  bool is_of_environment = false;
};

enum class ArtifactFormat : std::uint8_t { kJson, kYaml, kConfigMap };
enum class WriteMode : std::uint8_t { kAppend, kReplace, kMerge };
// What becomes of columns and values that the table has no place for: the table changes, the source fails, or they are
// left out.
enum class SchemaContract : std::uint8_t { kEvolve, kFreeze, kDiscard };
enum class BadRows : std::uint8_t { kFail, kRejects };

struct IngestionColumn {
  std::string name;
  std::string sql_type;
  Span span;  // of the name
  Span type_span;
};

struct IngestionSource {
  std::string name;
  std::string format;              // csv, jsonl, parquet
  std::string path;                // as written: relative to the product file; may be a glob
  std::vector<std::string> table;  // namespace levels, then the name: {"raw", "customers"}
  WriteMode write_mode = WriteMode::kReplace;
  std::vector<std::string> keys;  // columns that identify a row, of kMerge
  SchemaContract contract = SchemaContract::kEvolve;
  BadRows bad_rows = BadRows::kFail;
  Span bad_rows_span;                                                // invalid: not written
  std::string options;                                               // JSON object of format options ({} when none)
  std::vector<IngestionColumn> columns;                              // empty: inferred
  std::vector<std::pair<std::string, std::string>> properties = {};  // of the Iceberg table; others that it has stay
  Span span;                                                         // of the source's name
  Span path_span;
  Span table_span;
  Span keys_span;                                          // invalid when not written
  Span contract_span;                                      // the same
  std::vector<std::pair<std::string, Span>> option_spans;  // of the names
};

// namespace.table of all that a load of the source writes: its table, and that of its rejects.
std::vector<std::string> written_tables(const IngestionSource& source);

// A schedule of the product, as far as a run needs it.
struct Schedule {
  std::string name;
  std::vector<std::string> select;  // dbt selection; empty = everything
};

// Where the rows of a table go after a run (reverse ETL).
struct Destination {
  std::string name;
  PluginChoice sink;         // of floe.sinks; its span is where floe.yaml names it
  std::string source_table;  // a model, seed or snapshot of the dbt project, or namespace.table
  std::string target;        // JSON: sink/target of floe.sink/1
  Span span;                 // of the name
  Span source_span;
};

// What people are told through the alert channels; the words are those of alert_channel/event of floe.alert_channel/1.
struct Alert {
  std::string kind;      // policy_violation, run_failed, gate_failed, run_recovered ...
  std::string severity;  // info, warning, error
  std::string title;     // one line
  std::string message;
  std::string resource;   // model or table it is about; "" = the product
  std::string dedup_key;  // alerts with the same key are one matter; "" = each is one of its own
};

struct DbtProject {
  std::string directory;  // absolute
  std::optional<std::string>
      file;  // the dbt_project.yml that floe made for it, absolute; without one it is the directory's
};

// What only a compile finds that examines the models.
struct Examined {
  std::vector<std::string> tables;                // namespace.table of each model, seed, snapshot and ingested table
  model::TableClasses classes;                    // of their columns
  std::vector<contract::PortContract> contracts;  // of the output ports
};

// What lineage events say of the SQL of a job.
enum class SqlFacet : std::uint8_t {
  kFull,
  kMasked,  // without literals and comments
  kHash,    // its SHA-256
  kOff,
};

// Of a project whose writer is not trusted: nothing of it is executed, and its templates see little.
struct Confinement {
  std::string why;                       // for people
  std::vector<std::string> environment;  // names of the variables that they see
  std::string repository;                // absolute; documents outside of it are not read
};

struct Compiled {
  std::string project_root;     // absolute; directory of floe.yaml, else of dbt_project.yml
  std::string state_directory;  // <project_root>/.floe
  std::string product_name;     // dbt project name when there is no floe.yaml
  std::string product_version;
  std::string product_owner;
  Span product_span;  // of the name and of the version in floe.yaml
  Span version_span;
  std::optional<std::string> registry_path;  // products.json of the platform, where there is a place for one
  std::optional<std::string> platform_ref;   // none: the built-in local platform
  std::optional<std::string> domain;
  std::string default_schema = "main";  // of models that say no schema: `main`, in a domain `sales.main`
  std::optional<DbtProject> dbt_project;
  std::string target_path;                      // <state_directory>/target
  std::string warehouse_uri;                    // default location of tables: file:///.../.floe/warehouse
  std::map<std::string, PluginChoice> plugins;  // by category: compute, catalog, storage, dbt, ...
  std::map<std::string, std::vector<PluginChoice>> plugin_lists;  // by category: alert_channels, policies
  std::vector<std::string> denied_services;                       // globs of host services that no plugin gets
  std::optional<warehouse::Grants> grants;                        // none: no platform, and the catalog is the project's
  std::vector<IngestionSource> ingestion;
  std::vector<Schedule> schedules;
  std::vector<Destination> destinations;
  std::optional<Examined> examined;            // none: the answer is from the cache, or not yet there
  std::string artifact_path;                   // compiled_artifacts.json, or as its format is called
  std::optional<std::string> artifact_digest;  // SHA-256 of it in hex, once it is written
  bool audits = false;                         // each command leaves a line under <state_directory>/audit
  SqlFacet lineage_sql = SqlFacet::kFull;
  JudgedGraph graph;                       // of the dbt project; empty when the answer is from the cache
  std::optional<Confinement> confinement;  // none: whoever wrote the project is trusted
  bool has_approved_plugins = true;        // of those that are chosen none is refused by a manifest
  bool reads_cache = true;                 // what earlier compiles of this user found may be taken over
  std::size_t model_count = 0;
  std::optional<std::string> classification;  // the highest of the models' columns
};

// As others name the product: sales.customer-360; without a domain its name alone.
std::string qualified_name(const Compiled& compiled);

// Where the dbt project lies in the product, as a prefix of the paths of its files: "" or "dbt/".
std::string dbt_project_prefix(const Compiled& compiled);

}  // namespace floe::compile
