// A dbt project on disk: dbt_project.yml of the root and of the packages found below dbt_packages, and the target.
#pragma once

#include "model/node.hpp"
#include "value/value.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"
#include "base/yaml/node.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::dbt {

// What `target` shows and where relations go. A profiles.yml gives target name, schema, threads and vars only.
struct Target {
  std::string profile_name = "floe";
  std::string name = "dev";
  std::string type = "duckdb";  // the compute's dbt adapter name
  std::string database = "floe";
  std::string schema = "main";
  int threads = 1;
};

struct Hook {
  std::string sql;
  Span span;
};

struct DispatchRule {
  std::string macro_namespace;
  std::vector<std::string> search_order;
};

// One dbt_project.yml, rendered.
struct Project {
  std::string name;
  std::string version;
  std::string root;          // absolute directory
  std::string display_root;  // prefix for diagnostics: `` for the root project, `dbt_packages/x/`
  bool is_builtin = false;   // our own macro library
  std::vector<std::string> model_paths, seed_paths, snapshot_paths, analysis_paths, test_paths, macro_paths, docs_paths;
  std::string target_path = "target";
  std::string packages_install_path = "dbt_packages";
  Value configs = Value::dict();     // rendered trees by key: models, seeds, snapshots, sources, data_tests, ...
  Value unrendered = Value::dict();  // the same as written
  Value vars = Value::dict();
  Quoting quoting;
  std::vector<Hook> on_run_start, on_run_end;
  std::vector<DispatchRule> dispatch;
  Value query_comment;
  Value flags = Value::dict();
  yaml::NodePtr document;  // for spans

  // A top-level config tree (`models`, `data_tests`); None when there is none.
  [[nodiscard]] Value config_tree(std::string_view key, bool rendered) const;
};

struct WorkspaceOptions {
  std::string project_dir;                  // what paths of the project are relative to
  std::string project_file;                 // its dbt_project.yml, absolute; "" = that of project_dir
  std::optional<std::string> profiles_dir;  // else DBT_PROFILES_DIR, the project, ~/.dbt
  std::optional<std::string> target_name;   // --target
  std::optional<std::string> profile_name;  // --profile
  std::optional<std::string> target_path;   // --target-path, absolute or below the project
  Value cli_vars = Value::dict();
  Target defaults;  // used where profiles.yml says nothing
};

// The root project, its packages and its target: everything parsing needs to know before it reads a model.
struct Workspace {
  std::unique_ptr<Project> root;
  std::vector<std::unique_ptr<Project>> packages;  // in dependency-listing order, builtin ones last (dbt_duckdb, dbt)
  Target target;
  Value cli_vars = Value::dict();
  std::string target_path;  // absolute

  [[nodiscard]] const Project* find(std::string_view package_name) const;
  [[nodiscard]] bool is_builtin(std::string_view package_name) const;
  [[nodiscard]] std::vector<const Project*> all() const;  // root first
  // Directory of the adapter prefixes for dispatch, best first: floe, <type>, default.
  [[nodiscard]] std::vector<std::string> dispatch_prefixes() const;
};

// Findings (bad keys, missing packages, profile problems) go to `sink`; null when there is nothing to work with.
std::unique_ptr<Workspace> load_workspace(const WorkspaceOptions& options, io::FileSystem& files,
                                          const io::Environment& environment, const io::Clock& clock,
                                          DiagnosticSink& sink);

}  // namespace floe::dbt
