#include "dbt_log.hpp"

#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace floe::dbt_core {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

// The first `(models/orders.sql)`.
std::string file_in(std::string_view text) {
  constexpr std::array<std::string_view, 5> kSuffixes{".sql", ".yml", ".yaml", ".py", ".csv"};
  for (std::size_t open = text.find('('); open != std::string_view::npos; open = text.find('(', open + 1)) {
    const std::size_t close = text.find(')', open);
    if (close == std::string_view::npos) return "";
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    const bool is_file = std::any_of(kSuffixes.begin(), kSuffixes.end(),
                                     [&](std::string_view suffix) { return inside.ends_with(suffix); });
    if (is_file && inside.find(' ') == std::string_view::npos) return std::string(inside);
  }
  return "";
}

// The number behind the first `line `; 1 when there is none.
std::int32_t line_in(std::string_view text) {
  std::int32_t line = 1;
  const std::size_t at = text.find("line ");
  if (at != std::string_view::npos) std::from_chars(text.data() + at + 5, text.data() + text.size(), line);
  return std::max(line, 1);
}

}  // namespace

std::int64_t nanoseconds_of(const std::string& text) {
  constexpr std::int64_t kNanosPerMicro = 1'000;
  const auto micros = time::parse_timestamp_micros(text);
  return micros ? *micros * kNanosPerMicro : 0;
}

Diagnostic error_of_dbt(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view line : text::split(text, '\n')) {
    const std::string_view content = trimmed(line);
    if (!content.empty() && !content.ends_with("Encountered an error:")) lines.emplace_back(content);
  }
  std::string message = lines.empty() ? "dbt-core failed and does not say why" : lines.front();
  if (lines.size() > 1) message += ": " + lines[1];
  auto diagnostic = error_diagnostic("FLOE-E0631", "dbt-core-error", std::move(message));
  const std::string file = file_in(text);
  if (!file.empty()) {
    const std::int32_t line = line_in(text);
    diagnostic.labels.push_back({Span{file, line, 1, line, 1}, "", true});
  }
  for (std::size_t i = 2; i < lines.size(); ++i)
    diagnostic.notes.push_back(lines[i]);
  return diagnostic;
}

void DbtLog::write(std::string_view bytes) {
  rest_ += bytes;
  std::size_t begin = 0;
  for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    on_line(std::string_view(rest_).substr(begin, end - begin));
    begin = end + 1;
  }
  rest_.erase(0, begin);
}

void DbtLog::on_line(std::string_view line) {
  const auto event = parse_json_object(line);
  const json::object* info = event ? get_object(*event, "info") : nullptr;
  const json::object* data = event ? get_object(*event, "data") : nullptr;
  if (info == nullptr || data == nullptr) {
    other_text_.append(line).append("\n");
    return;
  }
  const std::string name = get_string_or(*info, "name", "");
  const std::string message = get_string_or(*info, "msg", "");
  if (name == "ShowNode") preview_ = get_string_or(*data, "preview", "");
  if (const json::object* node = get_object(*data, "node_info")) return on_node(name, *data, *node, message);
  if (get_string_or(*info, "level", "") == "error") errors_.push_back(error_of_dbt(message));
}

void DbtLog::on_node(const std::string& event, const json::object& data, const json::object& node,
                     const std::string& message) {
  const bool is_start = event == "LogStartLine";
  const bool is_end = event == "NodeFinished";  // a debug event, the one that has the message
  if (!is_start && !is_end) return;
  const std::string unique_id = get_string_or(node, "unique_id", "");
  if (!is_start && !finished_.insert(unique_id).second) return;
  if (!is_planned_) {
    const std::int64_t total = get_int(data, "total").value_or(0);
    on_record_(json::object{{"schema", "floe.node_record/1"}, {"event", "plan"}, {"total", total}});
    is_planned_ = true;
  }
  json::object record{{"schema", "floe.node_record/1"},
                      {"event", is_start ? "started" : "finished"},
                      {"unique_id", unique_id},
                      {"resource_type", get_string_or(node, "resource_type", "")},
                      {"name", get_string_or(node, "node_name", "")},
                      {"materialized", get_string_or(node, "materialized", "")},
                      // Not a relation: what dbt-core writes lies in a database of its own, not in floe's warehouse.
                      {"started_at_ns", nanoseconds_of(get_string_or(node, "node_started_at", ""))}};
  if (!is_start) {
    const std::int64_t finished = nanoseconds_of(get_string_or(node, "node_finished_at", ""));
    record["finished_at_ns"] = finished == 0 ? record["started_at_ns"] : json::value(finished);
    record["status"] = get_string_or(node, "node_status", "");
    record["message"] = message;
    const json::object* result = get_object(data, "run_result");
    if (result != nullptr) record["message"] = get_string_or(*result, "message", "");
    if (const auto failures = result == nullptr ? std::nullopt : get_int(*result, "num_failures")) {
      if (get_string_or(node, "resource_type", "") == "test") record["failures"] = *failures;
    }
  }
  on_record_(record);
}

}  // namespace floe::dbt_core
