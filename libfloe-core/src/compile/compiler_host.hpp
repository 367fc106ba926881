// What a compile needs from the rest of core: installed plugins, calls of the chosen ones, and who is told.
#pragma once

#include "model/compiled.hpp"
#include "plugin/config_schema.hpp"
#include "plugin/plugin_manifest.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::compile {

struct InstalledPlugin {
  PluginManifest manifest;
  std::string directory;
  std::string library_path;
  std::vector<Diagnostic> warnings;  // of its plugin.json
  bool is_own = false;               // it came with floe
};

// Objects of Kubernetes that a plugin of floe.rbac/1 rendered, as JSON.
struct AccountObjects {
  std::string name_space;
  std::string account;
};

// Used by one compile at a time. A category is a key of `plugins` in a manifest: compute, catalog, ...
class CompilerHost {
 public:
  CompilerHost(io::FileSystem& files, const io::Environment& environment, io::Clock& clock)
      : files_(files), environment_(environment), clock_(clock) {}

  CompilerHost(const CompilerHost&) = delete;
  CompilerHost& operator=(const CompilerHost&) = delete;
  virtual ~CompilerHost() = default;

  [[nodiscard]] io::FileSystem& files() const { return files_; }

  [[nodiscard]] const io::Environment& environment() const { return environment_; }

  [[nodiscard]] io::Clock& clock() const { return clock_; }

  // --- what is installed

  // Whether a plugin of this name is there, usable or not.
  virtual bool is_installed(std::string_view category, const std::string& type) = 0;
  virtual std::vector<std::string> installed_names(std::string_view category) = 0;
  // One that can be used; nullopt for any other.
  virtual std::optional<InstalledPlugin> installed_plugin(std::string_view category, const std::string& type) = 0;
  // That came with floe under a name or alias (without a pin), also when another one is found by it.
  virtual std::optional<InstalledPlugin> own_plugin(std::string_view category, const std::string& name) = 0;
  // What the schema of an installed plugin says about the configuration chosen for it.
  virtual Result<std::vector<ConfigProblem>> check_config(std::string_view category, const PluginChoice& choice) = 0;
  // The configuration of a choice with the paths that its schema marks (`x-floe-path`) made absolute below `directory`.
  virtual std::string absolute_paths(std::string_view category, const PluginChoice& choice,
                                     const std::string& directory) = 0;
  // What manifests below may not weaken in the configuration of an installed plugin.
  virtual std::vector<SecurityMember> security_members(std::string_view category, const std::string& type) = 0;

  // --- calls of chosen plugins

  // floe.dbt/1 parse: the brief manifest as JSON.
  virtual Result<std::string> parse_dbt(const PluginChoice& dbt, const std::string& request) = 0;
  // What the compiled SQL of the project reads, and where its columns come from; `parse_request` is that of parse_dbt.
  virtual Result<policy::TracedSql> trace_sql(const Compiled& compiled, const policy::ModelGraph& graph,
                                              const std::string& parse_request, policy::Tracing tracing) = 0;
  // floe.identity/1 validate_token, as identity/validation. The token is a secret from here on.
  virtual Result<std::string> validate_token(const PluginChoice& identity, const std::string& token) = 0;
  // floe.policy/1 evaluate: what a policy plugin says of a graph (policy/graph), as policy/violations.
  virtual Result<std::string> evaluate_rules(const PluginChoice& pack, const std::string& graph) = 0;

  // floe.network_security/1 policies, as shared/manifests.
  virtual Result<std::string> render_network_policies(const PluginChoice& network, const std::string& request) = 0;
  // floe.rbac/1 namespace_object and service_account.
  virtual Result<AccountObjects> render_accounts(const PluginChoice& rbac, const std::string& name_space,
                                                 const std::string& account) = 0;

  // --- who is told

  // A line of the four steps of configuration.md 3.
  virtual void on_step(const std::string& line) = 0;
  // The choices of the platform are known, and nothing has run by them; an error ends the compile.
  virtual Status on_platform(const Compiled& compiled) = 0;
  // Its plugins are those that the platform allows: they may be opened. Not asked of a project whose writer is not
  // trusted.
  virtual Status on_trusted_platform(const Compiled& compiled) = 0;
  // Who compiles, when the platform asks.
  virtual void on_actor(const std::string& subject) = 0;
  // What the compile reads: everything below `root` and these files elsewhere. Called early, and again when more is
  // known.
  virtual void on_inputs(const std::string& root, const std::vector<std::string>& files) = 0;
  // Tells people. Never fails a compile: what was not delivered is a warning in `sink`.
  virtual void send_alerts(const Compiled& compiled, const std::vector<Alert>& alerts, DiagnosticSink& sink) = 0;

 private:
  io::FileSystem& files_;
  const io::Environment& environment_;
  io::Clock& clock_;
};

}  // namespace floe::compile
