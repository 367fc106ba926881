#include "plugin/host.hpp"

#include "plugin/config_schema.hpp"
#include "plugin/host_core.hpp"
#include "plugin/instance_state.hpp"
#include "plugin/kept_process.hpp"
#include "plugin/leaveable_thread.hpp"
#include "plugin/plugin_error.hpp"
#include "plugin/python_plugin.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

namespace floe {
namespace {

// An error of a plugin's own, as a finding that says which plugin; its findings, if it sent some, are kept.
Error plugin_failure(PluginFault fault, const LoadedPlugin& plugin, std::string_view what, Error error) {
  const bool is_explained = error.detail("floe.diagnostics") != nullptr;
  // Who cancels blames no plugin.
  if (is_explained || error.code == ErrorCode::kCancelled) return std::move(error).with_context(std::string(what));
  const PluginEntry& entry = *plugin.entry;
  Diagnostic diagnostic = plugin_diagnostic(
      fault, fmt::format("plugin `{}`: {}: {}", entry.manifest.id, what, error.message), entry.library_path);
  // What it asked for and did not get is often why.
  for (std::string& refusal : plugin.context->core->refusals(*plugin.context))
    diagnostic.notes.push_back(std::move(refusal));
  Error made = plugin_error(std::move(diagnostic));
  made.code = error.code;
  for (auto& detail : error.details)
    made.details.push_back(std::move(detail));
  return made;
}

Result<std::string> run_validation(LoadedPlugin& plugin, floe_call* call, const std::string& config) {
  const floe_host* host = &plugin.context->table;
  SinkBuffer problems(host);
  problems.raw()->limit = kRemarkLimit;
  floe_status status = FLOE_OK;
  TraceScope traced(*plugin.context->core, plugin, "validate_config", "");
  std::unique_lock lock(plugin.static_mutex, std::defer_lock);
  if (plugin.header().threading != FLOE_THREADS_CONCURRENT) lock.lock();
  const RunningCall running(*plugin.names[kValidateConfigSlot]);
  try {
    status = sure_answer(*plugin.entry, call, [&] {
      return plugin.header().validate_config(host, call, config.data(), config.size(), problems.raw());
    });
  } catch (...) {
    status = FLOE_PANIC;
  }
  traced.set_status(status);
  if (status == FLOE_OK) return problems.view().empty() ? std::string("[]") : problems.take();
  return plugin_failure(PluginFault::kConfig, plugin, "the configuration cannot be validated",
                        take_call_error(host, call, status, "validate_config"));
}

// Problems [{path, message}] as findings; nothing when there are none.
Status check_config(LoadedPlugin& plugin, floe_call* call, const std::string& config) {
  const std::string text = FLOE_TRY(run_validation(plugin, call, config));
  const auto problems = parse_json(text);
  if (!problems.has_value() || !problems->is_array()) {
    return plugin_error(
        PluginFault::kConfig,
        fmt::format("plugin `{}` describes problems of its configuration as `{}`, which is no JSON array",
                    plugin.entry->manifest.id, text.substr(0, 200)),
        plugin.entry->library_path);
  }
  DiagnosticSink sink;
  for (const json::value& problem : problems->get_array()) {
    const json::object* one = problem.if_object();
    const std::string path = one == nullptr ? "" : get_string_or(*one, "path", "");
    const std::string message = one == nullptr ? to_json(problem) : get_string_or(*one, "message", "not valid");
    sink.report(plugin_diagnostic(PluginFault::kConfig,
                                  fmt::format("configuration of plugin `{}`{}: {}", plugin.entry->manifest.name,
                                              path.empty() ? "" : fmt::format(", `{}`", path), message),
                                  "")
                    .addressed(path));
  }
  if (!sink.has_errors()) return ok();
  return diagnostics_error(ErrorCode::kInvalidConfig, sink);
}

constexpr int kMostPanics = 2;

// One panic may be the fault of what an instance was given; a second one is the plugin's.
Status check_not_disabled(const LoadedPlugin& plugin) {
  if (plugin.panics < kMostPanics) return ok();
  return plugin_error(
      PluginFault::kDisabled,
      fmt::format("plugin `{}` is not used any more by this process: {} of its instances ended in a panic",
                  plugin.entry->manifest.id, plugin.panics.load()),
      plugin.entry->library_path);
}

// An instance that says it is broken is not handed out; one that is degraded is, with a word to the log.
Status check_health(InstanceState& state, floe_call* call) {
  const LoadedPlugin& plugin = state.plugin;
  const floe_host* host = &state.core->self.table;
  SinkBuffer out(host);
  const auto* header = reinterpret_cast<const InterfaceHeader*>(state.wrapper.data());
  const floe_status status = header->health(&state, call, out.raw());
  if (status != FLOE_OK) {
    Error error = take_call_error(host, call, status, "health");
    if (status == FLOE_CANCELLED || status == FLOE_TIMEOUT) return error;  // says nothing about the plugin
    return plugin_failure(PluginFault::kUnhealthy, plugin, "the new instance cannot say how it is", std::move(error));
  }
  const auto health = parse_json_object(out.view());
  const std::string word = health.has_value() ? get_string_or(*health, "state", "") : "";
  const std::string message = health.has_value() ? get_string_or(*health, "message", "") : "";
  if (word == "ok") return ok();
  if (word == "degraded") {
    state.core->log(*plugin.context, call, FLOE_LOG_WARN, "core.plugin",
                    fmt::format("plugin `{}` is degraded: {}", plugin.entry->manifest.id, message));
    return ok();
  }
  const std::string said = word == "failed"      ? message
                           : !health.has_value() ? "its health is no JSON object: " + health.error().to_string()
                           : word.empty()        ? "its health says no `state`"
                                                 : fmt::format("its state is `{}`, which is none", word.substr(0, 200));
  return plugin_failure(PluginFault::kUnhealthy, plugin, "the new instance is not well",
                        Error{ErrorCode::kUnavailable, said, {}, {}});
}

// What can be said before the library is opened.
Status check_schema(HostCore& core, const PluginEntry& entry, const std::string& config) {
  DiagnosticSink sink;
  for (const ConfigProblem& problem : FLOE_TRY(check_config_schema(*core.options.files, entry, config)))
    sink.report(config_diagnostic(entry.manifest.name, problem));
  return sink.has_errors() ? Status(diagnostics_error(ErrorCode::kInvalidConfig, sink)) : ok();
}

// Everything it uses is its own: it may be left behind.
Result<std::shared_ptr<InstanceState>> open_state(const std::shared_ptr<HostCore>& core, const PluginEntry& entry,
                                                  const std::string& config_json, const CallOptions& options) {
  LoadedPlugin* plugin = FLOE_TRY(core->load(entry));
  FLOE_TRY(check_not_disabled(*plugin));
  const std::unique_ptr<floe_call, void (*)(floe_call*) noexcept> call(make_call(core, options), drop_call);
  KeptProcess kept(*core, *plugin->context);
  const auto checked = check_config(*plugin, call.get(), config_json);
  kept.check(*plugin->names[kValidateConfigSlot]);
  FLOE_TRY(checked);
  auto state = std::make_shared<InstanceState>(core, *plugin);
  const floe_status status = state->create(call.get(), config_json);
  kept.check(*plugin->names[kCreateSlot]);
  if (status != FLOE_OK) {
    return plugin_failure(PluginFault::kCreateFailed, *plugin, "no instance could be created",
                          take_call_error(&core->self.table, call.get(), status, "create"));
  }
  FLOE_TRY(check_health(*state, call.get()));
  return state;
}

template <class T>
Result<T> leave_when_late(HostCore& core, const PluginEntry& entry, std::function<Result<T>()> work,
                          const CallOptions& options) {
  LeaveableThread thread;
  const auto answer = std::make_shared<std::optional<Result<T>>>();
  auto left = thread.run([answer, work = std::move(work)] { answer->emplace(work()); },
                         {core.options.patience, options.cancel});
  if (!left) return **std::move(answer);
  core.leave_behind(entry);
  return *std::move(left);
}

}  // namespace

const PluginEntry& Instance::plugin() const { return *state_->plugin.entry; }

const std::string& Instance::interface_id() const { return state_->plugin.entry->manifest.interface; }

std::uint64_t Instance::capabilities() const { return state_->plugin.header().capabilities; }

const void* Instance::table() const { return state_->wrapper.data(); }

void* Instance::self() const { return state_.get(); }

const floe_host* Instance::host() const { return &state_->core->self.table; }

bool Instance::is_poisoned() const { return state_->is_poisoned; }

void Instance::leave_behind() const {
  state_->leave_behind();
  state_->core->left_behind();
}

std::vector<MethodStatistics> Instance::statistics() const {
  std::vector<MethodStatistics> out;
  for (std::size_t i = 0; i < state_->plugin.interface->slots.size(); ++i) {
    const SlotStatistics& slot = state_->statistics[i];
    if (slot.calls == 0) continue;
    out.push_back({std::string(state_->method_name(i)), slot.calls, slot.failures, slot.total_ns, slot.max_ns});
  }
  return out;
}

PluginHost::PluginHost(PluginHostOptions options) : core_(std::make_shared<HostCore>(std::move(options))) {}

PluginHost::~PluginHost() = default;

Result<std::unique_ptr<PluginHost>> PluginHost::create(PluginHostOptions options) {
  std::unique_ptr<PluginHost> host(new PluginHost(std::move(options)));
  for (const PluginEntry& entry : host->registry().entries()) {
    if (entry.state == PluginState::kBroken) {
      host->core_->debug(fmt::format("plugin {} is not usable: {}", entry.directory, entry.reason));
    }
  }
  return host;
}

const Registry& PluginHost::registry() const { return core_->registry; }

std::optional<std::chrono::milliseconds> PluginHost::patience() const { return core_->options.patience; }

const floe_host* PluginHost::raw() const { return &core_->self.table; }

HostCall PluginHost::make_call(CallOptions options) const {
  return HostCall(floe::make_call(core_, std::move(options)));
}

Result<Instance> PluginHost::open_instance(std::string_view group, std::string_view name,
                                           const std::string& config_json, const CallOptions& options) {
  const PluginEntry* entry = FLOE_TRY(registry().find(group, name));
  return open_bound_instance(*entry, config_json, config_json, options);
}

Result<Instance> PluginHost::open_bound_instance(const PluginEntry& entry, const std::string& user_config,
                                                 const std::string& config_json, const CallOptions& options) {
  FLOE_TRY(check_schema(*core_, entry, user_config));
  const auto open = [core = core_, &entry, config_json, options]() -> Result<Instance> {
    auto state = FLOE_TRY(open_state(core, entry, config_json, options));
    return Instance(std::move(state));
  };
  if (!core_->options.patience) return open();
  return leave_when_late<Instance>(*core_, entry, open, options);
}

Status PluginHost::load(std::string_view group, std::string_view name) {
  const PluginEntry* entry = FLOE_TRY(registry().find(group, name));
  FLOE_TRY(core_->load(*entry));
  return ok();
}

Result<std::string> PluginHost::validate_config(std::string_view group, std::string_view name,
                                                const std::string& config_json) {
  const PluginEntry* entry = FLOE_TRY(registry().find(group, name));
  const auto validate = [core = core_, entry, config_json]() -> Result<std::string> {
    LoadedPlugin* plugin = FLOE_TRY(core->load(*entry));
    const std::unique_ptr<floe_call, void (*)(floe_call*) noexcept> call(floe::make_call(core, {}), drop_call);
    return run_validation(*plugin, call.get(), config_json);
  };
  return core_->options.patience ? leave_when_late<std::string>(*core_, *entry, validate, {}) : validate();
}

void PluginHost::provide_service(std::string id, const void* table, void* self, std::vector<std::string> groups) {
  const std::lock_guard lock(core_->service_mutex);
  const floe_service& service = core_->service_objects.emplace_back(floe_service{sizeof(floe_service), 0, table, self});
  core_->services.insert_or_assign(std::move(id), ServiceGrant{&service, std::move(groups)});
}

void PluginHost::deny_services(std::vector<std::string> globs) {
  const std::lock_guard lock(core_->service_mutex);
  core_->denied_services = std::move(globs);
}

}  // namespace floe
