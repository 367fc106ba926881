// The host of a compile in an embedding context: its plugins, its listener, its audit log.
#pragma once

#include "compile/compiler_host.hpp"

namespace floe::run {

class Context;

class ContextCompilerHost : public compile::CompilerHost {
 public:
  // The context outlives it.
  explicit ContextCompilerHost(Context& context);

  bool is_installed(std::string_view category, const std::string& type) override;
  std::vector<std::string> installed_names(std::string_view category) override;
  std::optional<compile::InstalledPlugin> installed_plugin(std::string_view category, const std::string& type) override;
  std::optional<compile::InstalledPlugin> own_plugin(std::string_view category, const std::string& name) override;
  Result<std::vector<ConfigProblem>> check_config(std::string_view category,
                                                  const compile::PluginChoice& choice) override;
  std::string absolute_paths(std::string_view category, const compile::PluginChoice& choice,
                             const std::string& directory) override;
  std::vector<SecurityMember> security_members(std::string_view category, const std::string& type) override;

  Result<std::string> parse_dbt(const compile::PluginChoice& dbt, const std::string& request) override;
  Result<policy::TracedSql> trace_sql(const compile::Compiled& compiled, const policy::ModelGraph& graph,
                                      const std::string& parse_request, policy::Tracing tracing) override;
  Result<std::string> validate_token(const compile::PluginChoice& identity, const std::string& token) override;
  Result<std::string> evaluate_rules(const compile::PluginChoice& pack, const std::string& graph) override;
  Result<std::string> render_network_policies(const compile::PluginChoice& network,
                                              const std::string& request) override;
  Result<compile::AccountObjects> render_accounts(const compile::PluginChoice& rbac, const std::string& name_space,
                                                  const std::string& account) override;

  void on_step(const std::string& line) override;
  Status on_platform(const compile::Compiled& compiled) override;
  Status on_trusted_platform(const compile::Compiled& compiled) override;
  void on_actor(const std::string& subject) override;
  void on_inputs(const std::string& root, const std::vector<std::string>& files) override;
  void send_alerts(const compile::Compiled& compiled, const std::vector<compile::Alert>& alerts,
                   DiagnosticSink& sink) override;

 private:
  // nullptr for one that cannot be used.
  const PluginEntry* find(std::string_view category, const std::string& type);

  Context& context_;
};

}  // namespace floe::run
