#include "engine/record_backends.hpp"

#include "engine/bindings.hpp"
#include "plugin/running_call.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace floe::run {
namespace {

// The call limit of records: a plugin that gets less time to be opened gets no more for this.
std::chrono::milliseconds call_limit(const PluginHost& host) {
  return std::min(RecordQueue::kCallLimit, host.patience().value_or(RecordQueue::kCallLimit));
}

// A delivery to the plugin of a category; nullptr when the platform chose none. One that does not come up in time is an
// outage like any other: everything for it is lost, and the run goes on.
Result<std::unique_ptr<RecordQueue>> deliver_to(PluginHost& host, Bindings& bindings, const compile::Compiled& compiled,
                                                const char* category,
                                                const std::function<RecordQueue::Send(const Instance&)>& sender) {
  const auto choice = compiled.plugins.find(category);
  if (choice == compiled.plugins.end()) return nullptr;
  const std::string name = fmt::format("{} `{}`", category, choice->second.type);
  const auto opened = bindings.open(category);
  if (opened) {
    return std::make_unique<RecordQueue>(
        name, sender(*opened), [instance = *opened] { instance.leave_behind(); }, call_limit(host));
  }
  // Without the system's loader, which a hanging constructor keeps, nothing else can be relied on.
  if (opened.error().code != ErrorCode::kTimeout || held_loader() != nullptr) return opened.error();
  // Not worth another try: a plugin that hung is not opened again.
  return std::make_unique<RecordQueue>(
      name,
      [reason = opened.error().to_string()](const std::string&, const std::vector<std::string>&, const CallOptions&)
          -> Status { return fail(ErrorCode::kUnsupported, reason); });
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
  return failf(ErrorCode::kInvalidArgument, "the backend refused {}: {}", text::counted(rejected, "record"),
               get_string_or(result, "message", "no reason given"));
}

RecordQueue::Send lineage_sender(PluginHost& host, const Instance& lineage) {
  return [&host, lineage](const std::string&, const std::vector<std::string>& events, const CallOptions& limits) {
    const HostCall call = host.make_call(limits);
    return lineage.client<LineageClient>().emit(call.raw(), as_array(events));
  };
}

RecordQueue::Send telemetry_sender(PluginHost& host, const Instance& telemetry) {
  return [&host, telemetry](const std::string& signal, const std::vector<std::string>& requests,
                            const CallOptions& limits) -> Status {
    const HostCall call = host.make_call(limits);
    const std::string request = FLOE_TRY(merge_otlp(requests));
    return check_rejected(FLOE_TRY(telemetry.client<TelemetryClient>().export_otlp(call.raw(), signal, request)));
  };
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
  out->lineage_ = FLOE_TRY(deliver_to(host, bindings, compiled, "lineage_backend",
                                      [&host](const Instance& lineage) { return lineage_sender(host, lineage); }));
  out->telemetry_ =
      FLOE_TRY(deliver_to(host, bindings, compiled, "telemetry_backend",
                          [&host](const Instance& telemetry) { return telemetry_sender(host, telemetry); }));
  return out;
}

void RecordBackends::lineage(const std::string& event) {
  if (lineage_ != nullptr) lineage_->add({"", event});
}

void RecordBackends::telemetry(const char* signal, const std::string& request) {
  if (telemetry_ != nullptr) telemetry_->add({signal, request});
}

void RecordBackends::finish(std::chrono::milliseconds limit, DiagnosticSink& sink) {
  for (RecordQueue* delivery : {lineage_.get(), telemetry_.get()}) {
    if (delivery == nullptr) continue;
    const auto left = delivery->finish(limit);
    if (!left) continue;
    sink.report(warning_diagnostic("FLOE-W0801", "records-not-delivered",
                                   fmt::format("{} did not take {} of this run{}{}", left->backend,
                                               text::counted(static_cast<std::int64_t>(left->count), "record"),
                                               left->reason.empty() ? "" : ": ", left->reason))
                    .note("they lie in the folder of the run, `lineage.jsonl`, `traces.jsonl` and `metrics.jsonl`"));
  }
}

}  // namespace floe::run
