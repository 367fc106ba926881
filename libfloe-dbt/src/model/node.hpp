// The resources of a dbt project, as they stand in manifest.json. Free-form parts (config, meta, test arguments) are
// Values; nothing may change a list or dict inside them once the manifest is built (several threads read it).
#pragma once

#include "jinja/template.hpp"
#include "value/value.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::dbt {

enum class ResourceType : std::uint8_t {
  kModel,
  kSeed,
  kSnapshot,
  kTest,
  kAnalysis,
  kOperation,  // an on-run-start or on-run-end hook
  kSource,
  kExposure,
  kGroup,
  kMacro,
  kDoc,
};

std::string_view resource_type_name(ResourceType type);  // `model`, `operation`, ...

// ref('package', 'name', version=v) as written.
struct RefArgs {
  std::string name;
  std::optional<std::string> package;
  Value version;  // None, str, int or float

  friend bool operator==(const RefArgs& left, const RefArgs& right);
};

struct SourceArgs {
  std::string source;
  std::string table;
  friend bool operator==(const SourceArgs&, const SourceArgs&) = default;
};

struct Checksum {
  std::string name = "none";  // sha256, path or none
  std::string value;
};

struct Docs {
  bool show = true;
  std::optional<std::string> node_color;
};

struct ColumnInfo {
  std::string name;
  std::string description;
  std::optional<std::string> data_type;
  std::optional<bool> quote;
  Value meta = Value::dict();
  std::vector<std::string> tags;
  Value constraints = Value::list();
  Value extra = Value::dict();  // keys dbt does not know
  std::vector<std::string> doc_blocks;
};

struct Contract {
  bool enforced = false;
  bool alias_types = true;
  std::optional<std::string> checksum;
};

// A generic test's own part.
struct TestMetadata {
  std::string name;                       // `not_null`
  std::optional<std::string> name_space;  // package before the dot
  Value kwargs = Value::dict();           // as written, not rendered; `model` is a template
};

struct InjectedCte {
  std::string id;   // unique id of the ephemeral model
  std::string sql;  // ` __dbt__cte__x as (...)`; empty until compiled
};

// What compiling adds. Written by the one thread that compiles the node.
struct Compilation {
  bool compiled = false;
  std::string compiled_code;
  std::optional<std::string> compiled_path;
  bool extra_ctes_injected = false;
  std::vector<InjectedCte> extra_ctes;
};

// A model, seed, snapshot, test, analysis or operation.
struct Node {
  ResourceType type = ResourceType::kModel;
  std::string unique_id;
  std::string name;
  std::string package_name;
  std::string path;                // below the search directory; a test's compiled file name
  std::string original_file_path;  // below its project
  std::string file;                // as diagnostics name it: below the root project
  int first_line = 1;              // of raw_code in that file
  Span yaml_span;                  // where schema yml names it (generic tests: the test), may be invalid
  std::vector<std::string> fqn;

  std::string database;
  std::string schema;
  std::string alias;
  std::optional<std::string> relation_name;  // quoted; none for ephemeral models and tests that store nothing

  std::string raw_code;
  std::string language = "sql";
  TemplatePtr tpl;  // raw_code; null for seeds and python models
  Checksum checksum;

  Value config = Value::dict();  // final, every default filled in, hooks as [{sql, transaction, index}]
  Value unrendered_config = Value::dict();
  bool enabled = true;
  std::vector<std::string> tags;
  Value meta = Value::dict();
  std::optional<std::string> group;
  Docs docs;
  std::string description;
  std::vector<ColumnInfo> columns;
  std::optional<std::string> patch_path;  // `package://models/schema.yml`
  std::optional<std::string> build_path;  // set when run
  std::vector<std::string> doc_blocks;
  double created_at = 0;

  std::vector<RefArgs> refs;
  std::vector<SourceArgs> sources;
  std::vector<std::string> depends_on_nodes;
  std::vector<std::string> depends_on_macros;
  Contract contract;

  // Models.
  std::string access = "protected";
  Value constraints = Value::list();
  Value version;  // None when not versioned
  Value latest_version;
  std::optional<std::string> deprecation_date;
  std::vector<std::string> primary_key;
  Value time_spine;
  // Seeds.
  std::string root_path;
  // Generic tests.
  bool is_generic_test = false;
  TestMetadata test;
  std::optional<std::string> column_name;
  std::optional<std::string> file_key_name;  // `models.customers`
  std::optional<std::string> attached_node;
  // Operations.
  int index = 0;
  bool is_run_start = false;

  Compilation compilation;

  [[nodiscard]] std::string_view materialized() const;  // `view` ...; empty when the config has none
  [[nodiscard]] bool is_ephemeral() const;              // an ephemeral model
  [[nodiscard]] bool is_refable() const;                // model, seed, snapshot
  // An entry of config; None when absent. A config's unknown keys are there as well.
  [[nodiscard]] Value config_get(std::string_view key) const;

  [[nodiscard]] bool is_versioned() const { return !version.is_none(); }

  [[nodiscard]] std::string search_name() const;  // `orders`, `orders.v2`
};

struct Quoting {
  std::optional<bool> database;
  std::optional<bool> schema;
  std::optional<bool> identifier;
  std::optional<bool> column;
};

struct Source {
  std::string unique_id;
  std::string package_name;
  std::string source_name;
  std::string name;  // of the table
  std::string database;
  std::string schema;
  std::string identifier;
  std::string path;
  std::string original_file_path;
  std::string file;  // as diagnostics name it
  Span yaml_span;
  std::vector<std::string> fqn;
  std::string source_description;
  std::string description;
  std::string loader;
  Quoting quoting;
  Value config = Value::dict();
  Value unrendered_config = Value::dict();
  bool enabled = true;
  Value meta = Value::dict();
  Value source_meta = Value::dict();
  std::vector<std::string> tags;
  Value freshness;  // None or {warn_after, error_after, filter}
  std::optional<std::string> loaded_at_field;
  std::optional<std::string> loaded_at_query;
  Value external;  // None or as written
  std::vector<ColumnInfo> columns;
  std::string relation_name;
  std::optional<std::string> unrendered_database;
  std::optional<std::string> unrendered_schema;
  std::vector<std::string> doc_blocks;
  double created_at = 0;
};

struct MacroArgument {
  std::string name;
  std::optional<std::string> type;
  std::string description;
};

struct Macro {
  std::string unique_id;  // `macro.package.name`
  std::string name;       // `test_unique`, `materialization_table_default`
  std::string package_name;
  std::string path;
  std::string original_file_path;
  std::string file;       // as diagnostics name it
  int first_line = 1;     // of macro_sql in that file
  std::string macro_sql;  // the whole block
  TemplatePtr tpl;
  std::string symbol;  // MacroDefinition::name within tpl
  std::vector<std::string> depends_on_macros;
  std::string description;
  Value meta = Value::dict();
  Docs docs;
  std::optional<std::string> patch_path;
  std::vector<MacroArgument> arguments;
  std::optional<std::vector<std::string>> supported_languages;
  double created_at = 0;
};

struct Documentation {
  std::string unique_id;
  std::string name;
  std::string package_name;
  std::string path;
  std::string original_file_path;
  std::string block_contents;
};

struct Exposure {
  std::string unique_id;
  std::string name;
  std::string package_name;
  std::string path;
  std::string original_file_path;
  std::string file;
  Span yaml_span;
  std::vector<std::string> fqn;
  std::string type;
  Value owner = Value::dict();
  std::string description;
  std::optional<std::string> label;
  std::optional<std::string> maturity;
  std::optional<std::string> url;
  Value meta = Value::dict();
  std::vector<std::string> tags;
  Value config = Value::dict();
  Value unrendered_config = Value::dict();
  bool enabled = true;
  std::vector<RefArgs> refs;
  std::vector<SourceArgs> sources;
  std::vector<std::string> depends_on_nodes;
  double created_at = 0;
};

struct Group {
  std::string unique_id;
  std::string name;
  std::string package_name;
  std::string path;
  std::string original_file_path;
  Value owner = Value::dict();
  std::optional<std::string> description;
  Value config = Value::dict();
};

}  // namespace floe::dbt
