#include "engine/audit_sinks.hpp"

#include "telemetry/otlp.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <chrono>

namespace floe::run {
namespace {

constexpr const char* kSinkGroup = "floe.telemetry_backends";
constexpr std::chrono::seconds kSinkLimit{10};

Status export_logs(Context& context, const compile::PluginChoice& sink, const std::string& request) {
  // Its own limits: a command that was interrupted is recorded, too.
  CallOptions options;
  options.deadline_unix_ns = context.clock().now_unix_ns() + std::chrono::nanoseconds(kSinkLimit).count();
  PluginHost* host = FLOE_TRY(context.plugins());
  const Instance backend = FLOE_TRY(host->open_instance(kSinkGroup, sink.type, sink.config, options));
  const HostCall call = host->make_call(options);
  const std::string answer = FLOE_TRY(backend.client<TelemetryClient>().export_otlp(call.raw(), "logs", request));
  const json::object result = FLOE_TRY(parse_json_object(answer));
  if (get_int(result, "rejected").value_or(0) == 0) return ok();
  return failf(ErrorCode::kInvalidArgument, "it refused the line: {}",
               get_string_or(result, "message", "no reason given"));
}

Error lost_sink(const compile::PluginChoice& sink, const Error& reason, const std::string& what) {
  return diagnostics_error(reason.code,
                           error_diagnostic("FLOE-E0808", "audit-sink-lost",
                                            fmt::format("audit sink `{}` {}: {}", sink.type, what, reason.to_string()))
                               .note("the platform demands it: `plugins.audit_sinks`")
                               .help("see whether it answers: `floe doctor`"));
}

Status send_to_audit_sinks(Context& context, const RecordedCommand& recorded) {
  const auto record = [&](const audit::Head& head, const std::string& line, bool is_fine) {
    return telemetry::LogRecord{
        .time_unix_ns = recorded.time_unix_ns,
        .severity = is_fine ? telemetry::LogSeverity::kInfo : telemetry::LogSeverity::kWarn,
        .body = line,
        .attributes = {{"floe.audit.sequence", head.sequence}, {"floe.audit.sha256", head.sha256}}};
  };
  std::vector<telemetry::LogRecord> records;
  if (recorded.resume)
    records.push_back(record(audit::head_of(recorded.head.sequence - 1, *recorded.resume), *recorded.resume, false));
  records.push_back(record(recorded.head, recorded.line, recorded.exit_code == 0));
  const std::string request = telemetry::logs_to_otlp_json(
      {{"service.name", std::string("floe")}, {"floe.product", recorded.product}}, records);
  for (const compile::PluginChoice& sink : recorded.sinks) {
    const Status sent = export_logs(context, sink, request);
    if (!sent) return lost_sink(sink, sent.error(), fmt::format("did not take line {}", recorded.head.sequence));
  }
  return ok();
}

}  // namespace

Status check_audit_sinks(Context& context, const std::vector<compile::PluginChoice>& sinks) {
  for (const compile::PluginChoice& sink : sinks) {
    const Status answered = export_logs(context, sink, R"({"resourceLogs":[]})");
    if (!answered) return lost_sink(sink, answered.error(), "cannot record this command");
  }
  return ok();
}

Status finish_audit(Context& context, int exit_code, const std::set<std::string>& findings) {
  const auto recorded = FLOE_TRY(context.audit().finish(exit_code, findings));
  if (!recorded || recorded->sinks.empty()) return ok();
  return send_to_audit_sinks(context, *recorded);
}

}  // namespace floe::run
