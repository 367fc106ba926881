#include "service/broker_service.hpp"

#include "plugin/host_core.hpp"
#include "plugin/json_call.hpp"
#include "plugin/plugin_rows.hpp"

#include "base/fail.hpp"

namespace floe::service {
namespace {

// Of calls inside calls: ends plugins that ask each other without end.
constexpr std::uint32_t kDeepest = 8;

}  // namespace

void BrokerService::choose(const compile::Compiled& compiled) {
  const std::lock_guard lock(mutex_);
  for (const auto& [category, choice] : compiled.plugins) {
    auto& plugin = plugins_[category];
    if (plugin == nullptr) {
      plugin = std::make_unique<ChosenInstance>(host_, category, options_);
    }
  }
  for (const auto& [category, plugin] : plugins_)
    plugin->choose(compiled);
}

Result<Instance> BrokerService::open(const std::string& category) {
  ChosenInstance* plugin = nullptr;
  {
    const std::lock_guard lock(mutex_);
    const auto found = plugins_.find(category);
    if (found == plugins_.end()) {
      return failf(ErrorCode::kInvalidState, "the platform chooses no plugin for `{}`", category);
    }
    plugin = found->second.get();  // never removed
  }
  return plugin->open();
}

Status BrokerService::invoke(Call& c, std::string_view category, std::string_view method, std::string_view arguments,
                             ArrowStream rows, Sink& results, ArrowArrayStream& rows_out) {
  rows_out.release = nullptr;
  if (category == "secrets") {
    return fail(ErrorCode::kPermission, "secrets are read through `floe.host.secrets/1`, not through the broker");
  }
  if (c.raw()->depth > kDeepest) return fail(ErrorCode::kExhausted, "plugins call each other too deeply");
  const json::object inputs = FLOE_TRY(parse_json_object(arguments));
  const Instance instance = FLOE_TRY(open(std::string(category)));
  if (instance.plugin().manifest.id == c.raw_host()->ctx->plugin_id()) {
    return failf(ErrorCode::kPermission, "plugin `{}` asks for a method of its own", instance.plugin().manifest.id);
  }
  const std::string name(method);
  const PluginEntry& asking = *c.raw_host()->ctx->entry;
  const CallName& rows_name = call_name(asking.manifest.id, "floe.host.broker/1 invoke", asking.library_path);
  JsonCall io(name, inputs, arrow::checked_stream(std::move(rows), std::make_unique<PluginRows>(rows_name)));
  FLOE_TRY(call_by_json(instance, c.raw(), name, io, inputs));
  results.write(to_json(io.results()));
  if (io.rows_out().has_value()) io.rows_out().move_to(&rows_out);
  return ok();
}

}  // namespace floe::service
