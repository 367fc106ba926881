#include "run/context.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

namespace floe::run {
namespace {

const floe_warehouse_v1* warehouse_table() {
  static const floe_warehouse_v1 kTable = warehouse::WarehouseSlot::table();
  return &kTable;
}

// The entry-point group of a category of manifest.yaml.
std::string group_of(std::string_view category) {
  static const std::pair<std::string_view, const char*> kGroups[] = {
      {"compute", "floe.computes"},
      {"orchestrator", "floe.orchestrators"},
      {"catalog", "floe.catalogs"},
      {"storage", "floe.storage"},
      {"telemetry_backend", "floe.telemetry_backends"},
      {"lineage_backend", "floe.lineage_backends"},
      {"dbt", "floe.dbt"},
      {"semantic_layer", "floe.semantic_layers"},
      {"ingestion", "floe.ingestion"},
      {"secrets", "floe.secrets"},
      {"identity", "floe.identity"},
      {"quality", "floe.quality"},
      {"rbac", "floe.rbac"},
      {"alert_channels", "floe.alert_channels"},
      {"network_security", "floe.network_security"},
      {"policies", "floe.policies"},
      {"data_contracts", "floe.data_contracts"},
      {"sinks", "floe.sinks"},
  };
  for (const auto& [name, group] : kGroups) {
    if (name == category) return group;
  }
  return "floe." + std::string(category);
}

std::string instance_key(const PluginEntry& plugin, const std::string& config) {
  return plugin.manifest.group + "/" + plugin.manifest.name + "\n" + config;
}

const char* level_name(std::int32_t level) {
  if (level >= FLOE_LOG_ERROR) return "error";
  if (level == FLOE_LOG_WARN) return "warn";
  return level == FLOE_LOG_INFO ? "info" : "debug";
}

}  // namespace

// What plugins log, as events for the listener.
class LogEvents final : public HostObserver {
 public:
  explicit LogEvents(Context& context) : context_(context) {}

  void log(const LogRecord& record) override {
    context_.emit(to_json(json::object{{"event", "log"},
                                       {"level", level_name(record.level)},
                                       {"target", record.target},
                                       {"message", record.message}}));
  }

 private:
  Context& context_;
};

Context::Context(ContextOptions options)
    : options_(std::move(options)),
      files_(io::make_disk_file_system()),
      clock_(io::make_system_clock()),
      environment_(io::make_process_environment()),
      log_events_(std::make_unique<LogEvents>(*this)) {}

Context::~Context() = default;

Result<PluginHost*> Context::plugins() {
  if (host_ == nullptr) {
    PluginHostOptions options;
    options.registry.roots = options_.plugin_roots;
    options.files = files_.get();
    options.environment = environment_.get();
    options.observer = log_events_.get();
    host_ = FLOE_TRY(PluginHost::create(std::move(options)));
    host_->provide_service(FLOE_WAREHOUSE_INTERFACE, warehouse_table(), &slot_, {"floe.dbt"});
  }
  return host_.get();
}

CallOptions Context::call_options() const {
  CallOptions options;
  options.cancel = cancel_source();
  return options;
}

CancelSource Context::cancel_source() const {
  const std::lock_guard lock(cancel_mutex_);
  return cancel_;
}

void Context::set_cancel_source(CancelSource cancel) {
  const std::lock_guard lock(cancel_mutex_);
  cancel_ = std::move(cancel);
}

void Context::on_event(std::function<void(std::string_view)> listener) {
  const std::lock_guard lock(listener_mutex_);
  listener_ = std::move(listener);
}

void Context::emit(std::string_view json) {
  const std::lock_guard lock(listener_mutex_);
  if (listener_) listener_(json);
}

Result<DbtClient> Context::dbt(const compile::PluginChoice& choice) {
  const std::string key = choice.type + "\n" + choice.config;
  if (!dbt_.has_value() || dbt_key_ != key) {
    PluginHost* host = FLOE_TRY(plugins());
    dbt_ = FLOE_TRY(host->open_instance("floe.dbt", choice.type, choice.config, call_options()));
    dbt_key_ = key;
  }
  return dbt_.client<DbtClient>();
}

Result<Instance> Context::called_instance(const PluginEntry& plugin, const std::string& config) {
  Instance& slot = called_[instance_key(plugin, config)];
  if (!slot.has_value()) {
    PluginHost* host = FLOE_TRY(plugins());
    slot = FLOE_TRY(host->open_instance(plugin.manifest.group, plugin.manifest.name, config, call_options()));
  }
  return slot;
}

void Context::drop_called_instance(const PluginEntry& plugin, const std::string& config) {
  called_.erase(instance_key(plugin, config));
}

compile::CompileServices Context::compile_services() {
  return compile::CompileServices{
      *files_,
      *environment_,
      *clock_,
      [this](const std::string& line) { emit(to_json(json::object{{"event", "compile_step"}, {"text", line}})); },
      [this](const compile::PluginChoice& choice, const std::string& request) -> Result<std::string> {
        const DbtClient client = FLOE_TRY(dbt(choice));
        PluginHost* host = FLOE_TRY(plugins());
        const HostCall call = host->make_call(call_options());
        return client.parse(call.raw(), request);
      },
      [this](std::string_view category, const std::string& type) {
        auto host = plugins();
        if (!host.has_value()) return false;
        // One that is there and broken or denied is told by the command that needs it, with its reason.
        const auto found = (*host)->registry().find(group_of(category), type);
        return found.has_value() || found.error().code != ErrorCode::kNotFound;
      },
      [this](std::string_view category) {
        auto host = plugins();
        return host.has_value() ? (*host)->registry().names(group_of(category)) : std::vector<std::string>();
      },
      [this](std::string_view category, const compile::PluginChoice& choice) -> Result<std::vector<ConfigProblem>> {
        auto host = plugins();
        if (!host.has_value()) return std::vector<ConfigProblem>();
        const auto found = (*host)->registry().find(group_of(category), choice.type);
        if (!found.has_value()) return std::vector<ConfigProblem>();
        return check_config_schema(*files_, **found, choice.config);
      },
  };
}

}  // namespace floe::run
