#include "execute/merge_clauses.hpp"

#include "model/tree.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {
namespace {

constexpr const char* kSource = "DBT_INTERNAL_SOURCE";

bool is_given(const Value& value) {
  return !value.is_none() && !value.is_missing() && !value.is_undefined() && truth(value);
}

Value entry_of(const Value& dict, std::string_view key) {
  const Value* found = find_key(dict, key);
  return found == nullptr ? Value() : *found;
}

bool names(const std::vector<std::string>& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& each) { return text::equals_ignore_case_ascii(each, name); });
}

// A condition is a text, or a list of which all must hold.
json::value condition_of(const Value& value) {
  if (!is_given(value)) return nullptr;
  if (value.is_string()) return json::value(to_str(value));
  std::string joined;
  for (const Value& item : to_vector(value))
    joined += (joined.empty() ? "(" : ") and (") + to_str(item);
  return json::value(joined + ")");
}

json::object clause(const char* when, std::string action, const Value& condition, json::value set) {
  return json::object{
      {"when", when}, {"action", std::move(action)}, {"condition", condition_of(condition)}, {"set", std::move(set)}};
}

json::object expressions_of(const Value& dict) {
  json::object out;
  if (!dict.is_dict()) return out;
  for (const Value& column : to_vector(dict))
    out[to_str(column)] = to_str(get_item(dict, column));
  return out;
}

// Column to expression: the columns of `include`, or all but `exclude`; `expressions` come before both.
// Null, every column from the source by name, when nothing of it is given.
json::value assignments(const Value& include, const Value& exclude, const Value& expressions,
                        const std::vector<std::string>& columns) {
  if (is_given(include) && is_given(exclude)) {
    raise(ExceptionKind::kCompilation,
          "Model cannot specify merge_update_columns and merge_exclude_columns. Please update model to use only one "
          "config");
  }
  if (!is_given(include) && !is_given(exclude) && !is_given(expressions)) return nullptr;
  json::object set = expressions_of(expressions);
  std::vector<std::string> written;
  for (const auto& item : set)
    written.emplace_back(std::string_view(item.key()));
  const std::vector<std::string> included = text_list(&include);
  const std::vector<std::string> excluded = text_list(&exclude);
  for (const std::string& column : columns) {
    if (names(written, column) || names(excluded, column)) continue;
    if (is_given(include) && !names(included, column)) continue;
    set[column] = std::string(kSource) + ".\"" + text::replace_all(column, "\"", "\"\"") + "\"";
  }
  return set;
}

json::object default_matched(const MergeConfig& config, const std::vector<std::string>& columns) {
  return clause("matched", "update", config.update_condition,
                assignments(config.update_columns, config.exclude_columns, config.update_set_expressions, columns));
}

json::object default_not_matched(const MergeConfig& config) {
  return clause("not_matched", "insert", config.insert_condition, nullptr);
}

[[noreturn]] void refuse(const char* key, const std::string& what) {
  raise(ExceptionKind::kCompilation, fmt::format("merge_clauses.{}: {}", key, what));
}

void check_mode(const char* key, const Value& given) {
  const std::string mode = find_text(given, "mode").value_or("by_name");
  if (mode == "by_name" || mode == "star" || mode == "explicit") return;
  refuse(key, fmt::format("mode '{}' is not supported; accepted are by_name, star and explicit", mode));
}

// One entry of merge_clauses.when_matched, in dbt-duckdb's words.
json::object matched_clause(const Value& given, const std::vector<std::string>& columns) {
  constexpr const char* kKey = "when_matched";
  const std::string action = find_text(given, "action").value_or("");
  json::value set = nullptr;
  if (action == "update") {
    check_mode(kKey, given);
    const Value update = entry_of(given, "update");
    set = assignments(entry_of(update, "include"), entry_of(update, "exclude"), entry_of(update, "set_expressions"),
                      columns);
  } else if (action != "delete" && action != "do_nothing" && action != "error") {
    refuse(kKey, fmt::format("action '{}' is none of update, delete, do_nothing, error", action));
  }
  return clause("matched", action, entry_of(given, "condition"), std::move(set));
}

// One entry of merge_clauses.when_not_matched; `by: source` is about rows of the table.
json::object not_matched_clause(const Value& given) {
  constexpr const char* kKey = "when_not_matched";
  const std::string action = find_text(given, "action").value_or("");
  const bool by_source = text::equals_ignore_case_ascii(find_text(given, "by").value_or("target"), "source");
  json::value set = nullptr;
  if (action == "update") {
    set = expressions_of(entry_of(given, "set_expressions"));
  } else if (action == "insert") {
    check_mode(kKey, given);
    const Value insert = entry_of(given, "insert");
    const Value columns = entry_of(insert, "columns");
    const Value values = entry_of(insert, "values");
    if (is_given(columns)) {
      const std::vector<Value> names_in = to_vector(columns);
      const std::vector<Value> values_in = is_given(values) ? to_vector(values) : std::vector<Value>();
      if (names_in.size() != values_in.size()) refuse(kKey, "`columns` and `values` of an insert differ in number");
      json::object pairs;
      for (std::size_t i = 0; i < names_in.size(); ++i)
        pairs[to_str(names_in[i])] = to_str(values_in[i]);
      set = std::move(pairs);
    }
  } else if (action != "delete" && action != "do_nothing" && action != "error") {
    refuse(kKey, fmt::format("action '{}' is none of insert, update, delete, do_nothing, error", action));
  }
  return clause(by_source ? "not_matched_by_source" : "not_matched", action, entry_of(given, "condition"),
                std::move(set));
}

}  // namespace

json::array merge_clauses(const MergeConfig& config, const std::vector<std::string>& columns) {
  const Value matched = entry_of(config.clauses, "when_matched");
  const Value not_matched = entry_of(config.clauses, "when_not_matched");
  if (is_given(config.clauses) && !is_given(matched) && !is_given(not_matched)) {
    raise(ExceptionKind::kCompilation,
          "merge_clauses must contain at least one of 'when_matched' or 'when_not_matched' keys");
  }
  json::array out;
  if (is_given(matched)) {
    for (const Value& each : to_vector(matched))
      out.push_back(matched_clause(each, columns));
  } else {
    out.push_back(default_matched(config, columns));
  }
  if (is_given(not_matched)) {
    for (const Value& each : to_vector(not_matched))
      out.push_back(not_matched_clause(each));
  } else {
    out.push_back(default_not_matched(config));
  }
  return out;
}

}  // namespace floe::dbt
