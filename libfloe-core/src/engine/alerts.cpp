#include "engine/alerts.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

constexpr const char* kGroup = "floe.alert_channels";
constexpr std::int64_t kNamed = 10;  // nodes a message names

Status send_all(PluginHost& host, const Instance& channel, const std::vector<std::string>& events,
                const CallOptions& options) {
  const HostCall call = host.make_call(options);
  for (const std::string& event : events) {
    const std::string answer = FLOE_TRY(channel.client<AlertChannelClient>().send(call.raw(), event));
    const json::object delivery = FLOE_TRY(parse_json_object(answer));
    if (get_bool_or(delivery, "delivered", false) || get_bool_or(delivery, "duplicate", false)) continue;
    // The channel has made its own tries: no use to send it again.
    return failf(ErrorCode::kInvalidArgument, "{}", get_string_or(delivery, "message", "no reason given"));
  }
  return ok();
}

void report_lost(const std::string& channel, const std::string& reason, std::size_t count, DiagnosticSink& sink) {
  sink.report(warning_diagnostic("FLOE-W0802", "alert-not-delivered",
                                 fmt::format("alert channel `{}` did not take {}: {}", channel,
                                             text::counted(static_cast<std::int64_t>(count), "alert"), reason)));
}

std::string state_path(const compile::Compiled& compiled) {
  return io::join_path(compiled.state_directory, "alerts/failed_run.json");
}

bool failed(const NodeResult& node) { return node.status == "error" || node.status == "fail"; }

bool is_gate(const NodeResult& node) { return node.resource_type == "test" || node.resource_type == "unit_test"; }

compile::Alert failure_alert(const compile::Compiled& compiled, const std::vector<NodeResult>& results,
                             const std::string& reason) {
  std::int64_t gates = 0;
  std::int64_t others = 0;
  std::string message;
  std::string names;  // the same failure again is the same matter
  for (const NodeResult& node : results) {
    if (!failed(node)) continue;
    names += node.unique_id + "\n";
    ++(is_gate(node) ? gates : others);
    if (gates + others > kNamed) continue;
    message += fmt::format("{}{}{}{}", message.empty() ? "" : "\n", node.unique_id, node.message.empty() ? "" : ": ",
                           node.message);
  }
  if (gates + others > kNamed) message += fmt::format("\nand {} more", gates + others - kNamed);
  if (message.empty()) message = reason;
  const bool only_gates = gates > 0 && others == 0;
  const std::string what = only_gates ? text::counted(gates, "test") + " failed" : "the run failed";
  return {only_gates ? "gate_failed" : "run_failed",
          "error",
          fmt::format("{}: {}", compiled.product_name, what),
          message,
          "",
          fmt::format("{}/run/{}", compiled.product_name, text::sha256_hex(names))};
}

}  // namespace

std::string alert_event(const compile::Alert& alert, const AlertSubject& subject, io::Clock& clock) {
  json::object event{{"id", io::random_uuid()},   {"time", time::format_utc_millis(clock.now_unix_ns() / 1'000'000)},
                     {"kind", alert.kind},        {"severity", alert.severity},
                     {"title", alert.title},      {"message", alert.message},
                     {"product", subject.product}};
  for (const auto& [key, value] : {std::pair<const char*, const std::string&>{"domain", subject.domain},
                                   {"environment", subject.environment},
                                   {"run_id", subject.run_id},
                                   {"resource", alert.resource},
                                   {"dedup_key", alert.dedup_key}}) {
    if (!value.empty()) event[key] = value;
  }
  return to_json(event);
}

void send_alerts(PluginHost& host, const compile::Compiled& compiled, const std::vector<std::string>& events,
                 const CallOptions& options, std::chrono::milliseconds limit, DiagnosticSink& sink) {
  const auto channels = compiled.plugin_lists.find("alert_channels");
  if (channels == compiled.plugin_lists.end() || events.empty() || compiled.confinement) return;
  std::vector<std::pair<std::string, std::unique_ptr<RecordQueue>>> deliveries;
  for (const compile::PluginChoice& choice : channels->second) {
    const auto channel = host.open_instance(kGroup, choice.type, choice.config, options);
    if (!channel) {
      report_lost(choice.type, channel.error().message, events.size(), sink);
      continue;
    }
    auto delivery = std::make_unique<RecordQueue>(
        choice.type,
        [&host, channel = *channel](const std::string&, const std::vector<std::string>& batch,
                                    const CallOptions& limits) { return send_all(host, channel, batch, limits); },
        [channel = *channel] { channel.leave_behind(); });
    for (const std::string& event : events)
      delivery->add({"", event});
    deliveries.emplace_back(choice.type, std::move(delivery));
  }
  for (auto& [name, delivery] : deliveries) {
    const auto left = delivery->finish(limit);
    if (left) report_lost(name, left->reason.empty() ? "it took too long" : left->reason, left->count, sink);
  }
}

std::optional<compile::Alert> alert_of_run(const compile::Compiled& compiled, const std::vector<NodeResult>& results,
                                           bool success, bool whole, const std::string& reason, io::FileSystem& files) {
  if (!compiled.plugin_lists.contains("alert_channels")) return std::nullopt;
  const std::string path = state_path(compiled);
  if (!success) {
    // Whether it can be remembered decides only over the message that all is well again.
    static_cast<void>(files.create_directories(io::parent_path(path)).has_value());
    static_cast<void>(files.write_atomic(path, "{}", io::Durability::kFast).has_value());
    return failure_alert(compiled, results, reason);
  }
  if (!whole || !files.remove(path)) return std::nullopt;
  return compile::Alert{"run_recovered", "info", fmt::format("{}: runs again", compiled.product_name), "", "", ""};
}

}  // namespace floe::run
