#include "run/record_backends.hpp"

#include "run/bindings.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

// The plugin of a category when the platform chose one, else an empty instance.
Result<Instance> open_chosen(Bindings& bindings, const compile::Compiled& compiled, const char* category) {
  if (!compiled.plugins.contains(category)) return Instance();
  return bindings.open(category);
}

std::string backend_name(const compile::Compiled& compiled, const char* category) {
  return fmt::format("{} `{}`", category, compiled.plugins.at(category).type);
}

std::string as_array(const std::vector<std::string>& events) {
  std::string out = "[";
  for (const std::string& event : events) {
    if (out.size() > 1) out += ',';
    out += event;
  }
  return out + "]";
}

// A backend takes what it can and tells how much it refused; the refused part is no use to send again.
Status check_rejected(const std::string& answer) {
  const json::object result = FLOE_TRY(parse_json_object(answer));
  const std::int64_t rejected = get_int(result, "rejected").value_or(0);
  if (rejected == 0) return ok();
  return failf(ErrorCode::kInvalidArgument, "the backend refused {} records: {}", rejected,
               get_string_or(result, "message", "no reason given"));
}

}  // namespace

Result<std::string> merge_otlp(const std::vector<std::string>& requests) {
  json::object merged;
  for (const std::string& request : requests) {
    const json::object parsed = FLOE_TRY(parse_json_object(request));
    for (const auto& [key, value] : parsed) {
      json::value& all = merged[key];
      if (!all.is_array()) all = json::array();
      if (const json::array* items = value.if_array()) {
        for (const json::value& item : *items)
          all.get_array().push_back(item);
      }
    }
  }
  return to_json(merged);
}

Result<std::unique_ptr<RecordBackends>> RecordBackends::open(PluginHost& host, const compile::Compiled& compiled,
                                                             const CallOptions& options) {
  std::unique_ptr<RecordBackends> out(new RecordBackends());
  Bindings bindings(host, compiled, options);
  Instance lineage = FLOE_TRY(open_chosen(bindings, compiled, "lineage_backend"));
  if (lineage.has_value()) {
    out->lineage_ = std::make_unique<Delivery>(
        backend_name(compiled, "lineage_backend"),
        [&host, lineage](const std::string&, const std::vector<std::string>& events, const CallOptions& limits) {
          const HostCall call = host.make_call(limits);
          return lineage.client<LineageClient>().emit(call.raw(), as_array(events));
        });
  }
  Instance telemetry = FLOE_TRY(open_chosen(bindings, compiled, "telemetry_backend"));
  if (telemetry.has_value()) {
    out->telemetry_ = std::make_unique<Delivery>(
        backend_name(compiled, "telemetry_backend"),
        [&host, telemetry](const std::string& signal, const std::vector<std::string>& requests,
                           const CallOptions& limits) -> Status {
          const HostCall call = host.make_call(limits);
          const std::string request = FLOE_TRY(merge_otlp(requests));
          return check_rejected(FLOE_TRY(telemetry.client<TelemetryClient>().export_otlp(call.raw(), signal, request)));
        });
  }
  return out;
}

void RecordBackends::lineage(const std::string& event) {
  if (lineage_ != nullptr) lineage_->add({"", event});
}

void RecordBackends::telemetry(const char* signal, const std::string& request) {
  if (telemetry_ != nullptr) telemetry_->add({signal, request});
}

void RecordBackends::finish(std::chrono::milliseconds limit, DiagnosticSink& sink) {
  for (Delivery* delivery : {lineage_.get(), telemetry_.get()}) {
    if (delivery == nullptr) continue;
    const auto left = delivery->finish(limit);
    if (!left) continue;
    sink.report(
        warning_diagnostic("FLOE-W0801", "records-not-delivered",
                           fmt::format("{} did not take {} record{} of this run{}{}", left->backend, left->count,
                                       left->count == 1 ? "" : "s", left->reason.empty() ? "" : ": ", left->reason))
            .note("they lie in the folder of the run, `lineage.jsonl`, `traces.jsonl` and `metrics.jsonl`"));
  }
}

}  // namespace floe::run
