// floe compile: platform manifest + product + dbt project -> findings, or what the run engine needs.
#pragma once

#include "compile/compiled.hpp"
#include "plugin/config_schema.hpp"
#include "plugin/manifest.hpp"
#include "policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace floe::artifact {
struct ArtifactInput;
}

namespace floe::compile {

struct CompileRequest {
  std::string directory;             // absolute; where the user stands or said with -C
  std::string environment;           // --env; "" = none
  std::string platform_config = {};  // --platform-config: a file, relative to `directory`; "" = looked for
  std::string vars = "{}";           // JSON object for dbt
  std::string target;                // dbt target name; "" = default
  std::string invocation_id;         // of the run that follows: what dbt parsed here serves it; "" = none follows
  std::string started_at;            // of that run, ISO 8601 with Z
  // A reference, relative to the directory (absolute), instead of the product's own; "" = the product's.
  std::string platform = {};
  std::string platform_directory = {};
  ArtifactFormat format = ArtifactFormat::kJson;
  // A dry run: what has to be on disk meanwhile goes to this directory, and nothing is written anywhere else. "" =
  // none.
  std::string scratch = {};
  int verbosity = 0;
  bool use_cache = true;
  bool wants_lineage = false;  // of columns, in lineage.json beside the artifact, also when no policy needs it
  bool locked = false;         // floe.lock must be there and name the plugins that are installed
};

struct InstalledPlugin {
  PluginManifest manifest;
  std::string directory;
  std::string library_path;
  std::vector<Diagnostic> warnings;  // of its plugin.json
};

// What compile needs from the rest of core. All outlive the call.
// What a compile found out about the product, with the columns that were traced. Both are gone when the call returns.
using OnExamined = std::function<void(const artifact::ArtifactInput& examined, const policy::ColumnLineage& traced)>;

struct CompileServices {
  io::FileSystem& files;
  const io::Environment& environment;
  io::Clock& clock;
  // Lines of the four steps of configuration.md 3.
  std::function<void(const std::string& line)> step;
  // floe.dbt/1 parse (brief manifest as JSON) with the plugin chosen by the platform.
  std::function<Result<std::string>(const PluginChoice& dbt, const std::string& request_json)> parse_dbt;
  // Column lineage of the project's models; `parse_request` is that of parse_dbt. `is_needed`: a policy asks, so that
  // it may take its time.
  std::function<Result<policy::ColumnLineage>(const Compiled& compiled, const policy::ModelGraph& graph,
                                              const std::string& parse_request, bool is_needed)>
      trace_columns;
  // Whether a plugin of this name is installed, and which names are, by category (compute, catalog, ...).
  std::function<bool(std::string_view category, const std::string& type)> is_installed;
  std::function<std::vector<std::string>(std::string_view category)> installed;
  // An installed plugin that can be used; nullopt for any other.
  std::function<std::optional<InstalledPlugin>(std::string_view category, const std::string& type)> installed_plugin;
  // Called when the choices of the platform are known, before anything runs by them; an error ends the compile.
  std::function<Status(const Compiled& compiled)> on_platform;
  // What the schema of an installed plugin says about the configuration chosen for it.
  std::function<Result<std::vector<ConfigProblem>>(std::string_view category, const PluginChoice& choice)> check_config;
  // The configuration of a choice with the paths that its schema marks (`x-floe-path`) made absolute below `directory`.
  std::function<std::string(std::string_view category, const PluginChoice& choice, const std::string& directory)>
      absolute_paths;
  // What manifests below may not weaken in the configuration of an installed plugin.
  std::function<std::vector<SecurityMember>(std::string_view category, const std::string& type)> security_members;
  // floe.identity/1 validate_token, as identity/validation. The token is a secret from here on.
  std::function<Result<std::string>(const PluginChoice& identity, const std::string& token)> validate_token;
  // Who compiles, when the platform asks.
  std::function<void(const std::string& subject)> on_actor;
  // floe.policy/1 evaluate: what a policy plugin says of a graph (policy/graph), as policy/violations.
  std::function<Result<std::string>(const PluginChoice& pack, const std::string& graph)> evaluate_rules;
  // Tells people. Never fails a compile: what was not delivered is a warning in `sink`.
  std::function<void(const Compiled& compiled, const std::vector<Alert>& alerts, DiagnosticSink& sink)> send_alerts;
  // What a compile reads: everything below `root` and these files elsewhere. Called early, and again when more is
  // known.
  std::function<void(const std::string& root, const std::vector<std::string>& files)> on_inputs;
  // Called also when the compile fails for what it found; before anything is written.
  OnExamined on_examined;
};

// Findings go to `sink`; an error of kInvalidArgument, kNotFound or kIo means exit code 2 (unreadable file, bad
// reference), kData means findings (exit 1). On success the artifact is on disk.
Result<Compiled> compile(const CompileRequest& request, const CompileServices& services, DiagnosticSink& sink);

// Only the documents: which plugins, which sources, where dbt lives. No dbt parse, no policies, no artifact; what
// `floe dbt parse`, `floe table` and `floe show` need.
Result<Compiled> load(const CompileRequest& request, const CompileServices& services, DiagnosticSink& sink);

// Where the project is, without loading it: the directory of floe.yaml, else of dbt_project.yml, at or above
// `directory`. kNotFound says what was looked for.
struct ProjectLocation {
  std::string root;
  std::string product_file;      // absolute; "" when there is none
  std::string dbt_project_file;  // absolute; "" when there is none beside it
  std::string state_directory;   // <root>/.floe
};

Result<ProjectLocation> locate_project(const std::string& directory, io::FileSystem& files);

// The built-in local platform (architecture.md 3) for a project: duckdb, sqlite, local, native.
std::map<std::string, PluginChoice> local_platform(const ProjectLocation& location);

}  // namespace floe::compile
