#include "plugin/call_trace.hpp"

#include "base/error.hpp"
#include "base/json/json.hpp"

#include <algorithm>

namespace floe {
namespace {

constexpr std::int64_t kNanosPerMicro = 1000;

double micros(std::int64_t nanos) { return static_cast<double>(nanos) / static_cast<double>(kNanosPerMicro); }

json::object event_of(const TracedCall& call, std::int64_t start_ns) {
  json::object args{{"plugin", call.plugin},
                    {"status", call.status == FLOE_OK ? "ok" : error_code_name(static_cast<ErrorCode>(call.status))}};
  if (!call.scope.empty()) args["node"] = call.scope;
  return json::object{{"name", call.method},
                      {"cat", call.plugin},
                      {"ph", "X"},
                      {"ts", micros(call.begin_ns - start_ns)},
                      {"dur", micros(call.end_ns - call.begin_ns)},
                      {"pid", 1},
                      {"tid", call.thread},
                      {"args", std::move(args)}};
}

json::object name_of_row(std::string_view kind, std::uint32_t thread, const std::string& name) {
  return json::object{{"name", kind}, {"ph", "M"}, {"pid", 1}, {"tid", thread}, {"args", json::object{{"name", name}}}};
}

}  // namespace

void CallTrace::add(TracedCall call) {
  const std::lock_guard lock(mutex_);
  call.thread =
      threads_.try_emplace(std::this_thread::get_id(), static_cast<std::uint32_t>(threads_.size() + 1)).first->second;
  calls_.push_back(std::move(call));
}

std::vector<TracedCall> CallTrace::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::string CallTrace::chrome_json() const {
  std::vector<TracedCall> sorted = calls();
  // The outer one of two that begin at once comes first, so that viewers nest them.
  std::stable_sort(sorted.begin(), sorted.end(), [](const TracedCall& left, const TracedCall& right) {
    return left.begin_ns != right.begin_ns ? left.begin_ns < right.begin_ns : left.end_ns > right.end_ns;
  });
  const std::int64_t start_ns = sorted.empty() ? 0 : sorted.front().begin_ns;
  json::array events{name_of_row("process_name", 0, "floe")};
  std::uint32_t rows = 0;
  for (const TracedCall& call : sorted)
    rows = std::max(rows, call.thread);
  for (std::uint32_t row = 1; row <= rows; ++row)
    events.push_back(name_of_row("thread_name", row, "thread " + std::to_string(row)));
  for (const TracedCall& call : sorted)
    events.push_back(event_of(call, start_ns));
  return to_json(json::object{{"displayTimeUnit", "ms"}, {"traceEvents", std::move(events)}});
}

}  // namespace floe
