// floe plugin trace: what a trace of plugin calls says, by method.
#include "verbs/text_table.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"
#include "base/text/quantity.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace floe::run {
namespace {

struct Event {
  std::string plugin;
  std::string method;
  bool failed = false;
  std::int64_t thread = 0;
  double begin = 0;  // microseconds
  double duration = 0;
  double inner = 0;  // of the calls made during this one, on its thread
};

struct Totals {
  std::int64_t calls = 0;
  std::int64_t failures = 0;
  double total = 0;
  double own = 0;
  double longest = 0;
};

Result<std::vector<Event>> read_events(std::string_view text) {
  const json::object root = FLOE_TRY(parse_json_object(text));
  std::vector<Event> out;
  for (const json::value& item : *FLOE_TRY(require_array(root, "traceEvents"))) {
    const json::object* object = item.if_object();
    if (object == nullptr || get_string_or(*object, "ph", "") != "X") continue;
    const json::object* arguments = get_object(*object, "args");
    Event event;
    event.plugin = get_string_or(*object, "cat", "");
    event.method = get_string_or(*object, "name", "");
    event.failed = arguments != nullptr && get_string_or(*arguments, "status", "ok") != "ok";
    event.thread = get_int(*object, "tid").value_or(0);
    event.begin = get_double(*object, "ts").value_or(0);
    event.duration = get_double(*object, "dur").value_or(0);
    out.push_back(std::move(event));
  }
  return out;
}

// The time of a call made during another belongs to both, but is the other's own only outside of it.
void find_inner(std::vector<Event>& events) {
  std::stable_sort(events.begin(), events.end(), [](const Event& left, const Event& right) {
    return left.begin != right.begin ? left.begin < right.begin : left.duration > right.duration;
  });
  std::map<std::int64_t, std::vector<Event*>> open;  // by thread, the innermost last
  for (Event& event : events) {
    std::vector<Event*>& stack = open[event.thread];
    while (!stack.empty() && stack.back()->begin + stack.back()->duration <= event.begin)
      stack.pop_back();
    if (!stack.empty()) stack.back()->inner += event.duration;
    stack.push_back(&event);
  }
}

json::object row_of(const std::pair<std::string, std::string>& place, const Totals& totals) {
  constexpr double kMicrosPerMilli = 1000;
  return json::object{{"plugin", place.first},
                      {"method", place.second},
                      {"calls", totals.calls},
                      {"failures", totals.failures},
                      {"total_ms", totals.total / kMicrosPerMilli},
                      {"own_ms", totals.own / kMicrosPerMilli},
                      {"longest_ms", totals.longest / kMicrosPerMilli}};
}

Result<Answer> summarize_trace(Context& context, const json::object& request, DiagnosticSink& /*sink*/) {
  const std::string name = FLOE_TRY(require_string(request, "file"));
  const std::string path = io::is_absolute_path(name) ? name : io::join_path(context.options().directory, name);
  const std::string text = FLOE_TRY(context.files().read(path));
  auto read = read_events(text);
  if (!read)
    return failf(ErrorCode::kInvalidArgument, "`{}` is no trace of plugin calls: {}", name, read.error().message);
  std::vector<Event> events = *std::move(read);
  find_inner(events);
  std::map<std::pair<std::string, std::string>, Totals> by_method;
  for (const Event& event : events) {
    Totals& totals = by_method[{event.plugin, event.method}];
    ++totals.calls;
    totals.failures += event.failed ? 1 : 0;
    totals.total += event.duration;
    totals.own += std::max(0.0, event.duration - event.inner);
    totals.longest = std::max(totals.longest, event.duration);
  }
  std::vector<std::pair<std::pair<std::string, std::string>, Totals>> rows(by_method.begin(), by_method.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& left, const auto& right) { return left.second.own > right.second.own; });
  json::array methods;
  for (const auto& [place, totals] : rows)
    methods.push_back(row_of(place, totals));
  return Answer{to_json(json::object{{"file", name}, {"calls", events.size()}, {"methods", std::move(methods)}}), 0};
}

AnswerText plugin_trace_text(const json::object& answer, const TextStyle& style) {
  const std::vector<TextColumn> columns = {{"plugin"},
                                           {"method"},
                                           {"calls", Align::kRight},
                                           {"failed", Align::kRight},
                                           {"own ms", Align::kRight},
                                           {"total ms", Align::kRight},
                                           {"longest ms", Align::kRight}};
  std::vector<std::vector<std::string>> rows;
  if (const json::array* methods = get_array(answer, "methods")) {
    for (const json::value& item : *methods) {
      const json::object& method = item.as_object();
      const auto count = [&](const char* key) { return text::grouped_count(get_int(method, key).value_or(0)); };
      const auto time = [&](const char* key) { return fmt::format("{:.3f}", get_double(method, key).value_or(0)); };
      rows.push_back({get_string_or(method, "plugin", ""), get_string_or(method, "method", ""), count("calls"),
                      count("failures"), time("own_ms"), time("total_ms"), time("longest_ms")});
    }
  }
  return {format_text_table(columns, rows, style), ""};
}

}  // namespace

Verb plugin_trace_verb() {
  return {.name = "plugin trace",
          .summary = "where the time of a trace of plugin calls went",
          .request = Arguments().path("file", "file", "written by floe --plugin-trace FILE ...", true),
          .answer =
              R"({"type": "object", "required": ["file", "calls", "methods"], "properties": {"file": {"type": "string"},
  "calls": {"type": "integer"}, "methods": {"type": "array", "items": {"type": "object", "properties": {
    "plugin": {"type": "string"}, "method": {"type": "string"}, "calls": {"type": "integer"},
    "failures": {"type": "integer"}, "own_ms": {"type": "number"}, "total_ms": {"type": "number"},
    "longest_ms": {"type": "number"}}}}}})",
          .run = summarize_trace,
          .text = plugin_trace_text};
}

}  // namespace floe::run
