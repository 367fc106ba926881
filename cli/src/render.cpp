#include "render.hpp"

#include "render_check.hpp"
#include "render_contract.hpp"
#include "render_explain.hpp"
#include "render_lineage.hpp"
#include "render_platform.hpp"
#include "render_plugin.hpp"
#include "render_product.hpp"
#include "render_register.hpp"
#include "text_table.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace floe::cli {
namespace {

// A JSON value as a table cell: text without quotes, null as nothing.
std::string cell(const json::value* value) {
  if (value == nullptr || value->is_null()) return "";
  if (value->is_string()) return std::string(to_view(value->get_string()));
  return to_json(*value);
}

std::string cell(const json::object& row, std::string_view key) { return cell(row.if_contains(key)); }

bool is_numeric(const json::value& value) { return value.is_int64() || value.is_uint64() || value.is_double(); }

// Array of records as a table with the given keys.
std::string record_table(const json::object& answer, std::string_view list,
                         const std::vector<std::pair<std::string, std::string>>& keys_and_titles) {
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
        row.push_back(cell(value));
      }
    }
  }
  return format_text_table(columns, rows);
}

std::string render_rows(const json::object& answer) {
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
        row.push_back(value == nullptr || value->is_null() ? "NULL" : cell(value));
      }
    }
  }
  return format_text_table(columns, rows) +
         fmt::format("({})\n", text::counted(static_cast<std::int64_t>(rows.size()), "row"));
}

std::string render_run(const json::object& answer) {
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
                      row_count ? format_count(*row_count) : "", cell(node, "snapshot_id"),
                      format_seconds(get_double(node, "seconds").value_or(0))});
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
                            rows) +
          "\n";
  }
  std::string summary;
  for (const char* status : {"success", "pass", "warn", "fail", "error", "skipped"}) {
    if (counts[status] > 0) summary += fmt::format("{}{} {}", summary.empty() ? "" : ", ", counts[status], status);
  }
  const bool success = get_bool_or(answer, "success", false);
  out += fmt::format(
      "{}: {} in {} (run {})\n", success ? "Completed" : "Failed", summary.empty() ? "nothing selected" : summary,
      format_seconds(get_double(answer, "elapsed_seconds").value_or(0)), get_string_or(answer, "run_id", ""));
  return out;
}

std::string render_lines(const json::object& answer) {
  std::string out;
  if (const json::array* lines = get_array(answer, "lines")) {
    for (const json::value& line : *lines)
      out += cell(&line) + "\n";
  }
  return out;
}

std::string render_describe(const json::object& answer) {
  std::string out = fmt::format("table       {}\nlocation    {}\nformat      Iceberg v{}\nsnapshot    {}\n",
                                cell(answer, "identifier"), cell(answer, "location"), cell(answer, "format_version"),
                                cell(answer, "snapshot_id"));
  if (const json::array* spec = get_array(answer, "partition_spec"); spec != nullptr && !spec->empty()) {
    out += "partitions  ";
    for (std::size_t i = 0; i < spec->size(); ++i) {
      const json::object& field = (*spec)[i].as_object();
      out += fmt::format("{}{}({})", i == 0 ? "" : ", ", cell(field, "transform"), cell(field, "column"));
    }
    out += "\n";
  }
  if (const json::object* properties = get_object(answer, "properties")) {
    for (const auto& item : *properties) {
      out += fmt::format("property    {} = {}\n", std::string_view(item.key()), cell(&item.value()));
    }
  }
  return out + "\n" +
         record_table(
             answer, "columns",
             {{"id", "id"}, {"name", "name"}, {"type", "type"}, {"required", "required"}, {"doc", "description"}});
}

std::string render_table_list(const json::object& answer) {
  json::array rows;
  for (const json::value& item : answer.at("tables").as_array()) {
    json::object row = item.as_object();
    if (!get_bool_or(row, "readable", true)) row["location"] = "(cannot be read)";
    rows.push_back(std::move(row));
  }
  return record_table(json::object{{"tables", std::move(rows)}}, "tables",
                      {{"identifier", "table"},
                       {"format_version", "format"},
                       {"current_snapshot_id", "snapshot"},
                       {"location", "location"}});
}

std::string render_verify(const json::object& answer) {
  json::array rows;
  std::int64_t uncompared = 0;
  for (const json::value& item : answer.at("tables").as_array()) {
    json::object row = item.as_object();
    row["damaged"] = get_array(row, "damaged")->size();
    uncompared += get_int(row, "without_digest").value_or(0);
    rows.push_back(std::move(row));
  }
  std::string text = record_table(json::object{{"tables", std::move(rows)}}, "tables",
                                  {{"identifier", "table"},
                                   {"files", "files"},
                                   {"without_digest", "no digest"},
                                   {"bytes", "bytes"},
                                   {"damaged", "damaged"}});
  if (uncompared == 0) return text;
  return text +
         fmt::format("{} of other writers could not be compared: only size and structure are checked (-v names {})\n",
                     text::counted(uncompared, "file"), uncompared == 1 ? "it" : "them");
}

Rendered render_dbt(std::string_view command, const json::object& answer) {
  if (command == "ls") return {render_lines(answer), ""};
  if (command == "show" && answer.contains("columns")) return {render_rows(answer), ""};
  if (command == "parse") return {"", fmt::format("Wrote {}\n", get_string_or(answer, "manifest_path", ""))};
  if (command == "compile" && get_array(answer, "lines") != nullptr && !get_array(answer, "lines")->empty()) {
    return {render_lines(answer), ""};
  }
  return {render_lines(answer), render_run(answer)};
}

}  // namespace

std::string render_doctor(const json::object& answer) {
  std::string out;
  for (const json::value& item : answer.at("checks").as_array()) {
    const json::object& check = item.as_object();
    out += fmt::format("{} {}: {}\n", get_bool_or(check, "ok", false) ? "✓" : "✗", get_string_or(check, "name", ""),
                       get_string_or(check, "detail", ""));
    const std::string help = get_string_or(check, "help", "");
    if (!help.empty()) out += "    " + help + "\n";
  }
  return out;
}

std::string render_init(const json::object& answer) {
  std::string out;
  for (const json::value& file : answer.at("files").as_array())
    out += fmt::format("Wrote {}\n", to_view(file.as_string()));
  const bool is_fine = get_bool_or(answer, "success", false);
  return out + (is_fine ? "It compiles. Next: `floe run` there.\n" : "It does not compile yet: see the findings.\n");
}

std::string render_governance_report(const json::object& answer) {
  const std::string path = get_string_or(answer, "path", "");
  return path.empty() ? get_string_or(answer, "report", "") : fmt::format("Wrote {}\n", path);
}

namespace {

// Verbs that are asked a question.
std::string render_question(std::string_view verb, const json::object& answer, bool color) {
  if (verb == "show") return render_rows(answer);
  if (verb == "table list") return render_table_list(answer);
  if (verb == "table describe") return render_describe(answer);
  if (verb == "table history") {
    return record_table(answer, "snapshots",
                        {{"snapshot_id", "snapshot"},
                         {"committed_at", "committed at"},
                         {"state", "state"},
                         {"operation", "operation"},
                         {"added_rows", "added"},
                         {"deleted_rows", "deleted"},
                         {"total_rows", "total"}});
  }
  if (verb == "table files") {
    return record_table(answer, "files",
                        {{"path", "file"},
                         {"content", "content"},
                         {"record_count", "rows"},
                         {"file_size_in_bytes", "bytes"},
                         {"partition", "partition"}});
  }
  if (verb == "table verify") return render_verify(answer);
  if (verb == "table register") return render_register(answer);
  if (verb.starts_with("platform ")) return render_platform(verb.substr(9), answer);
  if (verb == "governance report") return render_governance_report(answer);
  if (verb == "doctor") return render_doctor(answer);
  if (verb == "explain") return render_explain(answer, color);
  if (verb == "lineage") return render_lineage(answer);
  if (verb == "schema") return to_pretty_json(answer);
  if (verb == "plugin list") return render_plugin_list(answer);
  if (verb == "plugin show") return render_plugin_show(answer);
  if (verb == "plugin why") return render_plugin_why(answer);
  if (verb == "plugin trace") return render_plugin_trace(answer);
  if (verb == "plugin check") return render_plugin_check(to_json(answer));
  if (verb.starts_with("contract ")) return render_contract(verb.substr(9), answer);
  if (verb.starts_with("product ")) return render_product(verb.substr(8), answer);
  return verb == "plugin call" ? to_pretty_json(answer) : "";
}

json::value visible_text(const json::value& value);

json::object visible_text(const json::object& object) {
  json::object out;
  for (const auto& [key, value] : object)
    out[text::printable_lines(key)] = visible_text(value);
  return out;
}

// No text of an answer, wherever it is from, sends escape sequences to a terminal or into a log.
json::value visible_text(const json::value& value) {
  if (value.is_string()) return json::value(text::printable_lines(to_view(value.get_string())));
  if (value.is_object()) return visible_text(value.get_object());
  if (!value.is_array()) return value;
  json::array out;
  for (const json::value& item : value.get_array())
    out.push_back(visible_text(item));
  return out;
}

}  // namespace

Rendered render_answer(std::string_view verb, std::string_view answer_json, bool color) {
  const auto parsed = parse_json_object(answer_json);
  if (!parsed || parsed->empty()) return {};
  const bool is_json_text = verb == "schema" || verb == "plugin call";
  const json::object answer = is_json_text ? *parsed : visible_text(*parsed);
  if (verb == "run" || verb == "ingest" || verb == "test") return {"", render_run(answer)};
  if (verb == "init") return {"", render_init(answer)};
  if (verb == "plugin new") return {"", render_plugin_new(answer)};
  if (verb == "docs build") return {"", get_string_or(answer, "path", "") + "\n"};
  if (verb == "product register") return {"", render_product("register", answer)};
  if (verb.starts_with("dbt ")) return render_dbt(verb.substr(4), answer);
  return {render_question(verb, answer, color), ""};
}

std::string failure_answer(int exit_code, std::string_view findings_json) {
  json::object answer{{"success", false}, {"exit_code", exit_code}, {"diagnostics", json::array()}};
  const auto findings = parse_json_object(findings_json);
  const json::array* list = findings ? get_array(*findings, "diagnostics") : nullptr;
  if (list != nullptr) answer["diagnostics"] = *list;
  return to_json(answer);
}

}  // namespace floe::cli
