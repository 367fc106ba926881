// One embedding context: options, plugins, cancellation and the listener. Verbs are functions of it.
#pragma once

#include "compile/compile.hpp"
#include "engine/audit_log.hpp"
#include "plugin/call_trace.hpp"
#include "plugin/host.hpp"
#include "service/host_services.hpp"
#include "warehouse/warehouse_slot.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace floe::run {

struct ContextOptions {
  std::string directory;        // absolute
  std::string environment;      // "" = FLOE_ENV, else none
  std::string platform_config;  // file of the environment; "" = looked for
  std::vector<std::string> plugin_roots;
  std::string plugin_trace;  // file for the trace of all plugin calls; "" = FLOE_PLUGIN_TRACE, else none
};

// kInvalidArgument when a variable of floe's own that has few values has another one: asked once, when a context is
// made, so that a mistyped switch is not taken for one that is off.
Status check_variables(const io::Environment& environment);

class LogEvents;

// A stream that a verb returned keeps it alive, also after the embedder destroyed its handle.
class Context : public std::enable_shared_from_this<Context> {
 public:
  explicit Context(ContextOptions options);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context();

  [[nodiscard]] const ContextOptions& options() const { return options_; }

  [[nodiscard]] io::FileSystem& files() { return *files_; }

  [[nodiscard]] io::Clock& clock() { return *clock_; }

  [[nodiscard]] const io::Environment& environment() const { return *environment_; }

  // Discovered at the first question.
  Result<PluginHost*> plugins();
  [[nodiscard]] CallOptions call_options() const;
  // W3C, of the calls from now on; "" = none.
  void set_trace(std::string traceparent, std::string baggage);

  // The token that verbs watch; any thread may ask for it and cancel it.
  [[nodiscard]] CancelSource cancel_source() const;
  void set_cancel_source(CancelSource cancel);

  // A plugin was left behind in a call: all that it may still use lives as long as the process. Any thread.
  void live_on();
  // A verb was left behind: none is run again, and the listener hears nothing more.
  void silence();

  [[nodiscard]] bool is_left() const { return is_left_; }

  // kInvalidArgument: an environment that is a path, a trace that cannot be written. Asked before a verb begins.
  Status check_options();

  // For one verb at a time: false when one runs already.
  [[nodiscard]] bool begin_verb() { return !is_busy_.exchange(true); }

  // Also writes the trace of plugin calls, of all verbs so far.
  void end_verb();

  // One call at a time.
  void on_event(std::function<void(std::string_view json)> listener);
  void emit(std::string_view json);

  // Text without the secrets that were read.
  [[nodiscard]] std::string redact(std::string_view text) const { return mask_.apply(text); }

  [[nodiscard]] std::string redact_json(std::string_view json) const { return mask_.apply_to_json(json); }

  [[nodiscard]] AuditLog& audit() { return audit_; }

  [[nodiscard]] warehouse::WarehouseSlot& warehouse_slot() { return slot_; }

  // The dbt runtime of the platform: one instance per context, so that what it parsed for `compile` serves `run`.
  Result<DbtClient> dbt(const compile::PluginChoice& choice);

  // While true what plugins log is not told: a template that is rendered a second time says nothing new.
  void set_muted(bool is_muted) { is_muted_ = is_muted; }

  [[nodiscard]] bool is_muted() const { return is_muted_; }

  // Whether it executes through the host's warehouse; else in a database of its own.
  Result<bool> dbt_runs_here(const compile::PluginChoice& choice);

  // Whether it executes the graph it is told to, and no other.
  Result<bool> dbt_keeps_graphs(const compile::PluginChoice& choice);

  // Host services for plugins by the choices of a platform; without plugins there is nothing to do.
  void configure_services(const compile::Compiled& compiled);

  // From here on no text shows it.
  void add_secret(const std::string& secret) { mask_.add(secret); }

  // The instance that floe_plugin_call uses for this plugin and configuration: made at the first call, kept for the
  // handles it gave out until it is dropped.
  Result<Instance> called_instance(const PluginEntry& plugin, const std::string& config);
  void drop_called_instance(const PluginEntry& plugin, const std::string& config);

 private:
  ContextOptions options_;
  std::unique_ptr<io::FileSystem> files_;
  std::unique_ptr<io::Clock> clock_;
  std::unique_ptr<io::Environment> environment_;
  mutable std::mutex cancel_mutex_;
  CancelSource cancel_;
  mutable std::mutex trace_mutex_;
  std::string traceparent_;
  std::string baggage_;
  std::atomic<bool> is_busy_{false};
  std::atomic<bool> is_left_{false};
  std::once_flag left_behind_;
  std::shared_ptr<Context> itself_;  // set by live_on, for good
  std::mutex listener_mutex_;
  std::function<void(std::string_view)> listener_;
  warehouse::WarehouseSlot slot_;
  std::unique_ptr<LogEvents> log_events_;
  service::SecretMask mask_;
  CallTrace trace_;
  AuditLog audit_;
  std::unique_ptr<PluginHost> host_;
  std::unique_ptr<service::HostServices> services_;
  std::string dbt_key_;  // type and config of dbt_
  std::atomic<bool> is_muted_{false};
  Instance dbt_;
  std::map<std::string, Instance> called_;  // by group, name and configuration
};

}  // namespace floe::run
