#include "engine/compiler_host.hpp"

#include "compile/requirements.hpp"
#include "engine/alerts.hpp"
#include "engine/audit_sinks.hpp"
#include "engine/context.hpp"
#include "engine/shadow_tables.hpp"
#include "plugin/python_plugin.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

namespace floe::run {
namespace {

// How long a compile waits for each alert channel.
constexpr std::chrono::milliseconds kAlertLimit{10'000};

compile::InstalledPlugin installed_from(const Registry& registry, const PluginEntry& entry) {
  return {entry.manifest, entry.directory, entry.library_path, entry.diagnostics, registry.is_own(entry)};
}

}  // namespace

ContextCompilerHost::ContextCompilerHost(Context& context)
    : CompilerHost(context.files(), context.environment(), context.clock()), context_(context) {}

const PluginEntry* ContextCompilerHost::find(std::string_view category, const std::string& type) {
  auto host = context_.plugins();
  if (!host.has_value()) return nullptr;
  const auto found = (*host)->registry().find(compile::group_of_category(category), type);
  return found.has_value() ? *found : nullptr;
}

bool ContextCompilerHost::is_installed(std::string_view category, const std::string& type) {
  auto host = context_.plugins();
  if (!host.has_value()) return false;
  // The command that needs a broken or denied plugin reports it, with its reason.
  const auto found = (*host)->registry().find(compile::group_of_category(category), type);
  return found.has_value() || found.error().code != ErrorCode::kNotFound;
}

std::vector<std::string> ContextCompilerHost::installed_names(std::string_view category) {
  auto host = context_.plugins();
  if (!host.has_value()) return {};
  return (*host)->registry().names(compile::group_of_category(category));
}

std::optional<compile::InstalledPlugin> ContextCompilerHost::installed_plugin(std::string_view category,
                                                                              const std::string& type) {
  const PluginEntry* found = find(category, type);
  if (found == nullptr) return std::nullopt;
  return installed_from((*context_.plugins())->registry(), *found);
}

std::optional<compile::InstalledPlugin> ContextCompilerHost::own_plugin(std::string_view category,
                                                                        const std::string& name) {
  auto host = context_.plugins();
  if (!host.has_value()) return std::nullopt;
  const Registry& registry = (*host)->registry();
  const PluginEntry* own = registry.own(compile::group_of_category(category), name);
  return own == nullptr ? std::nullopt : std::optional(installed_from(registry, *own));
}

Result<std::vector<ConfigProblem>> ContextCompilerHost::check_config(std::string_view category,
                                                                     const compile::PluginChoice& choice) {
  const PluginEntry* found = find(category, choice.type);
  if (found == nullptr) return std::vector<ConfigProblem>();
  FLOE_TRY(check_python_source(*found));
  return check_config_schema(files(), *found, choice.config);
}

std::string ContextCompilerHost::absolute_paths(std::string_view category, const compile::PluginChoice& choice,
                                                const std::string& directory) {
  const PluginEntry* found = find(category, choice.type);
  return found == nullptr ? choice.config : absolute_config_paths(files(), *found, choice.config, directory);
}

std::vector<SecurityMember> ContextCompilerHost::security_members(std::string_view category, const std::string& type) {
  const PluginEntry* found = find(category, type);
  return found == nullptr ? std::vector<SecurityMember>() : floe::security_members(files(), *found);
}

Result<std::string> ContextCompilerHost::parse_dbt(const compile::PluginChoice& dbt, const std::string& request) {
  const DbtClient client = FLOE_TRY(context_.dbt(dbt));
  PluginHost* host = FLOE_TRY(context_.plugins());
  const HostCall call = host->make_call(context_.call_options());
  return client.parse(call.raw(), request);
}

Result<policy::TracedSql> ContextCompilerHost::trace_sql(const compile::Compiled& compiled,
                                                         const policy::ModelGraph& graph,
                                                         const std::string& parse_request, policy::Tracing tracing) {
  return run::trace_sql(context_, compiled, graph, parse_request, tracing);
}

Result<std::string> ContextCompilerHost::validate_token(const compile::PluginChoice& identity,
                                                        const std::string& token) {
  context_.add_secret(token);
  PluginHost* host = FLOE_TRY(context_.plugins());
  const Instance people =
      FLOE_TRY(host->open_instance("floe.identity", identity.type, identity.config, context_.call_options()));
  const HostCall call = host->make_call(context_.call_options());
  return people.client<IdentityClient>().validate_token(call.raw(), token);
}

Result<std::string> ContextCompilerHost::evaluate_rules(const compile::PluginChoice& pack, const std::string& graph) {
  PluginHost* host = FLOE_TRY(context_.plugins());
  const Instance rules =
      FLOE_TRY(host->open_instance("floe.policies", pack.type, pack.config, context_.call_options()));
  const HostCall call = host->make_call(context_.call_options());
  return rules.client<PolicyClient>().evaluate(call.raw(), graph, pack.rules);
}

Result<std::string> ContextCompilerHost::render_network_policies(const compile::PluginChoice& network,
                                                                 const std::string& request) {
  PluginHost* host = FLOE_TRY(context_.plugins());
  const Instance renderer =
      FLOE_TRY(host->open_instance("floe.network_security", network.type, network.config, context_.call_options()));
  const HostCall call = host->make_call(context_.call_options());
  return renderer.client<NetworkSecurityClient>().policies(call.raw(), request);
}

Result<compile::AccountObjects> ContextCompilerHost::render_accounts(const compile::PluginChoice& rbac,
                                                                     const std::string& name_space,
                                                                     const std::string& account) {
  PluginHost* host = FLOE_TRY(context_.plugins());
  const Instance renderer = FLOE_TRY(host->open_instance("floe.rbac", rbac.type, rbac.config, context_.call_options()));
  const auto accounts = renderer.client<RbacClient>();
  const HostCall call = host->make_call(context_.call_options());
  compile::AccountObjects out;
  out.name_space = FLOE_TRY(accounts.namespace_object(call.raw(), name_space));
  out.account = FLOE_TRY(accounts.service_account(call.raw(), account));
  return out;
}

void ContextCompilerHost::on_step(const std::string& line) {
  context_.emit(to_json(json::object{{"event", "compile_step"}, {"text", line}}));
}

Status ContextCompilerHost::on_platform(const compile::Compiled& compiled) {
  context_.configure_services(compiled);
  return context_.audit().on_platform(compiled);
}

Status ContextCompilerHost::on_trusted_platform(const compile::Compiled& compiled) {
  const auto sinks = compiled.plugin_lists.find("audit_sinks");
  if (!compiled.audits || sinks == compiled.plugin_lists.end()) return ok();
  FLOE_TRY(check_audit_sinks(context_, sinks->second));
  context_.audit().on_sinks(sinks->second);
  return ok();
}

void ContextCompilerHost::on_actor(const std::string& subject) { context_.audit().on_actor(subject); }

void ContextCompilerHost::on_inputs(const std::string& root, const std::vector<std::string>& files) {
  context_.emit(to_json(json::object{{"event", "inputs"}, {"root", root}, {"files", json::value_from(files)}}));
}

void ContextCompilerHost::send_alerts(const compile::Compiled& compiled, const std::vector<compile::Alert>& alerts,
                                      DiagnosticSink& sink) {
  auto host = context_.plugins();
  if (!host.has_value()) return;
  const AlertSubject subject{compiled.product_name, compiled.domain.value_or(""), context_.options().environment, ""};
  std::vector<std::string> events;
  events.reserve(alerts.size());
  for (const compile::Alert& alert : alerts)
    events.push_back(context_.redact_json(alert_event(alert, subject, clock())));
  run::send_alerts(**host, compiled, events, context_.call_options(), kAlertLimit, sink);
}

}  // namespace floe::run
