#include "engine/context.hpp"

#include "plugin/plugin_timeout.hpp"

#include "base/fail.hpp"
#include "base/io/switch_variable.hpp"
#include "base/json/json.hpp"

namespace floe::run {
namespace {

const floe_warehouse_v1* warehouse_table() {
  static constexpr floe_warehouse_v1 kTable = warehouse::WarehouseSlot::table();
  return &kTable;
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
    if (context_.is_muted()) return;
    context_.emit(to_json(json::object{{"event", "log"},
                                       {"level", level_name(record.level)},
                                       {"target", record.target},
                                       {"message", record.message}}));
  }

 private:
  Context& context_;
};

Status check_variables(const io::Environment& environment) {
  for (const char* name : {"FLOE_LOCKED", "FLOE_SAFE_MODE"})
    FLOE_TRY(io::read_switch(environment, name));
  FLOE_TRY(plugin_timeout(environment));
  return ok();
}

Context::Context(ContextOptions options)
    : options_(std::move(options)),
      files_(io::make_disk_file_system()),
      clock_(io::make_system_clock()),
      environment_(io::make_process_environment()),
      log_events_(std::make_unique<LogEvents>(*this)),
      audit_(*files_, *clock_, *environment_) {
  if (options_.environment.empty()) options_.environment = environment_->get("FLOE_ENV").value_or("");
  std::string& path = options_.plugin_trace;
  if (path.empty()) path = environment_->get("FLOE_PLUGIN_TRACE").value_or("");
  if (!path.empty() && !io::is_absolute_path(path)) path = io::join_path(options_.directory, path);
  // Before anything reads them, so that nothing shows them whoever does.
  for (const char* prefix : {"FLOE_SECRET_", "FLOE_TOKEN"}) {
    for (const std::string& name : io::process_variable_names(prefix))
      add_secret(environment_->get(name).value_or(""));
  }
}

Context::~Context() = default;

Status Context::check_options() {
  const std::string& name = options_.environment;
  if (name.find('/') != std::string::npos || name == "." || name == "..")
    return failf(ErrorCode::kInvalidArgument, "the environment `{}` is a path: say its name", name);
  if (options_.plugin_trace.empty()) return ok();
  const Status opened = files_->append(options_.plugin_trace, "");
  if (opened) return ok();
  return failf(ErrorCode::kInvalidArgument, "the trace of plugin calls cannot be written: {}", opened.error().message);
}

Result<PluginHost*> Context::plugins() {
  if (host_ == nullptr) {
    PluginHostOptions options;
    options.registry.roots = options_.plugin_roots;
    options.files = files_.get();
    options.environment = environment_.get();
    options.observer = log_events_.get();
    if (!options_.plugin_trace.empty()) options.trace = &trace_;
    options.redact = [this](std::string_view text) { return redact(text); };
    options.patience = FLOE_TRY(plugin_timeout(*environment_));
    options.on_left_behind = [this] { live_on(); };
    host_ = FLOE_TRY(PluginHost::create(std::move(options)));
    host_->provide_service(FLOE_WAREHOUSE_INTERFACE, warehouse_table(), &slot_, {"floe.dbt"});
    services_ = std::make_unique<service::HostServices>(
        *host_, service::ServiceEnvironment{*files_, *environment_, *clock_, mask_, [this] { return call_options(); },
                                            [this](std::string_view name) { audit_.on_secret(name); }});
  }
  return host_.get();
}

void Context::live_on() {
  std::call_once(left_behind_, [this] { itself_ = weak_from_this().lock(); });
}

void Context::silence() {
  is_left_ = true;
  on_event({});
}

void Context::end_verb() {
  if (!options_.plugin_trace.empty()) {
    const Status written = files_->write_atomic(options_.plugin_trace, trace_.chrome_json(), io::Durability::kFast);
    // What was done stays done.
    if (!written.has_value()) {
      emit(to_json(json::object{{"event", "log"},
                                {"level", "warn"},
                                {"target", "core.plugin"},
                                {"message", "the trace is lost: " + written.error().to_string()}}));
    }
  }
  is_busy_ = false;
}

CallOptions Context::call_options() const {
  CallOptions options;
  options.cancel = cancel_source();
  const std::lock_guard lock(trace_mutex_);
  options.traceparent = traceparent_;
  options.baggage = baggage_;
  return options;
}

void Context::set_trace(std::string traceparent, std::string baggage) {
  const std::lock_guard lock(trace_mutex_);
  traceparent_ = std::move(traceparent);
  baggage_ = std::move(baggage);
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
  if (listener_) listener_(mask_.apply_to_json(json));
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

Result<bool> Context::dbt_runs_here(const compile::PluginChoice& choice) {
  FLOE_TRY(dbt(choice));
  return (dbt_.capabilities() & FLOE_DBT_WAREHOUSE) != 0;
}

Result<bool> Context::dbt_keeps_graphs(const compile::PluginChoice& choice) {
  FLOE_TRY(dbt(choice));
  return (dbt_.capabilities() & FLOE_DBT_GRAPH) != 0;
}

Result<Instance> Context::called_instance(const PluginEntry& plugin, const std::string& config) {
  Instance& slot = called_[instance_key(plugin, config)];
  if (!slot.has_value()) {
    PluginHost* host = FLOE_TRY(plugins());
    slot = FLOE_TRY(host->open_instance(plugin.manifest.group, plugin.manifest.name, config, call_options()));
  }
  return slot;
}

void Context::configure_services(const compile::Compiled& compiled) {
  if (plugins().has_value()) services_->configure(compiled);
}

void Context::drop_called_instance(const PluginEntry& plugin, const std::string& config) {
  called_.erase(instance_key(plugin, config));
}

}  // namespace floe::run
