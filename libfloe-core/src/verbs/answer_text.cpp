#include "verbs/answer_text.hpp"

#include "verbs/text_table.hpp"

#include "base/text/printable.hpp"
#include "base/text/quantity.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace floe::run {
namespace {

bool is_numeric(const json::value& value) { return value.is_int64() || value.is_uint64() || value.is_double(); }

json::value printable_value(const json::value& value);

json::object printable_value(const json::object& object) {
  json::object out;
  for (const auto& [key, value] : object)
    out[text::printable_lines(key)] = printable_value(value);
  return out;
}

json::value printable_value(const json::value& value) {
  if (value.is_string()) return json::value(text::printable_lines(to_view(value.get_string())));
  if (value.is_object()) return printable_value(value.get_object());
  if (!value.is_array()) return value;
  json::array out;
  for (const json::value& item : value.get_array())
    out.push_back(printable_value(item));
  return out;
}

}  // namespace

std::string cell_text(const json::value* value) {
  if (value == nullptr || value->is_null()) return "";
  if (value->is_string()) return std::string(to_view(value->get_string()));
  return to_json(*value);
}

std::string cell_text(const json::object& row, std::string_view key) { return cell_text(row.if_contains(key)); }

const json::array& list_of(const json::object& answer, std::string_view key) {
  static const json::array kNone;
  const json::array* list = get_array(answer, key);
  return list == nullptr ? kNone : *list;
}

std::string records_text(const json::object& answer, std::string_view list,
                         const std::vector<std::pair<std::string, std::string>>& keys_and_titles,
                         const TextStyle& style) {
  std::vector<TextColumn> columns;
  columns.reserve(keys_and_titles.size());
  for (const auto& [key, title] : keys_and_titles)
    columns.push_back({title, Align::kLeft});
  std::vector<std::vector<std::string>> rows;
  if (const json::array* items = get_array(answer, list)) {
    for (const json::value& item : *items) {
      auto& row = rows.emplace_back();
      for (std::size_t i = 0; i < keys_and_titles.size(); ++i) {
        const json::value* value = item.as_object().if_contains(keys_and_titles[i].first);
        if (value != nullptr && is_numeric(*value)) columns[i].align = Align::kRight;
        row.push_back(cell_text(value));
      }
    }
  }
  return format_text_table(columns, rows, style);
}

std::string rows_text(const json::object& answer, const TextStyle& style) {
  std::vector<TextColumn> columns;
  std::vector<std::string> names;
  static const std::vector<std::string> kNumeric = {"int", "long", "float", "double"};
  if (const json::array* list = get_array(answer, "columns")) {
    for (const json::value& column : *list) {
      const std::string type = get_string_or(column.as_object(), "type", "");
      const bool right =
          std::find(kNumeric.begin(), kNumeric.end(), type) != kNumeric.end() || type.starts_with("decimal");
      names.push_back(get_string_or(column.as_object(), "name", ""));
      columns.push_back({names.back(), right ? Align::kRight : Align::kLeft});
    }
  }
  std::vector<std::vector<std::string>> rows;
  if (const json::array* list = get_array(answer, "rows")) {
    for (const json::value& item : *list) {
      auto& row = rows.emplace_back();
      for (const std::string& name : names) {
        const json::value* value = item.as_object().if_contains(name);
        row.push_back(value == nullptr || value->is_null() ? "NULL" : cell_text(value));
      }
    }
  }
  return format_text_table(columns, rows, style) +
         fmt::format("({})\n", text::counted(static_cast<std::int64_t>(rows.size()), "row"));
}

std::string run_text(const json::object& answer, const TextStyle& style) {
  std::vector<std::vector<std::string>> rows;
  std::map<std::string, int> counts;
  if (const json::array* results = get_array(answer, "results")) {
    for (const json::value& item : *results) {
      const json::object& node = item.as_object();
      const std::string status = get_string_or(node, "status", "");
      ++counts[status];
      if (get_string_or(node, "resource_type", "") == "test" && status == "pass") continue;
      const auto row_count = get_int(node, "rows");
      rows.push_back({get_string_or(node, "resource_type", ""), get_string_or(node, "name", ""), status,
                      row_count ? text::grouped_count(*row_count) : "", cell_text(node, "snapshot_id"),
                      text::short_duration(get_double(node, "seconds").value_or(0))});
    }
  }
  std::string out;
  if (!rows.empty()) {
    out = format_text_table({{"type", Align::kLeft},
                             {"name", Align::kLeft},
                             {"status", Align::kLeft},
                             {"rows", Align::kRight},
                             {"snapshot", Align::kRight},
                             {"time", Align::kRight}},
                            rows, style) +
          "\n";
  }
  std::string summary;
  for (const char* status : {"success", "pass", "warn", "fail", "error", "skipped"}) {
    if (counts[status] > 0) summary += fmt::format("{}{} {}", summary.empty() ? "" : ", ", counts[status], status);
  }
  const bool success = get_bool_or(answer, "success", false);
  if (!summary.empty()) summary.insert(0, ": ");
  out += fmt::format("{}{} in {} (run {})\n", success ? "Completed" : "Failed", summary,
                     text::short_duration(get_double(answer, "elapsed_seconds").value_or(0)),
                     get_string_or(answer, "run_id", ""));
  return out;
}

std::string lines_text(const json::object& answer) {
  std::string out;
  for (const json::value& line : list_of(answer, "lines"))  // NOLINT(clang-analyzer-core.NullDereference): of no list
    out += cell_text(&line) + "\n";
  return out;
}

json::object printable_answer(const json::object& answer) { return printable_value(answer); }

}  // namespace floe::run
