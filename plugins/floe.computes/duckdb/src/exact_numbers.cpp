#include "exact_numbers.hpp"

#include "sql_text.hpp"

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

// 2^53: from here on a DOUBLE does not have every whole number.
constexpr const char* kFirstLarge = "9007199254740992";

std::string is_whole(const std::string& text) { return "regexp_full_match(" + text + ", '[+-]?[0-9]+')"; }

// A DOUBLE makes another number of it, or none.
std::string is_changed(const std::string& text) {
  const std::string number = "TRY_CAST(" + text + " AS DOUBLE)";
  const std::string whole = "TRY_CAST(" + text + " AS DECIMAL(38,0))";
  return "(" + is_whole(text) + " AND (" + whole + " IS NULL OR TRY_CAST(" + number +
         " AS DECIMAL(38,0)) IS DISTINCT FROM " + whole + ")) OR (isinf(" + number + ") AND regexp_matches(" + text +
         ", '[0-9]'))";
}

}  // namespace

Result<std::vector<std::string>> large_numbers(Statement& statement, const json::object& staged) {
  std::vector<std::string> doubles;
  std::string sql;
  for (const json::value& item : staged.at("columns").as_array()) {
    const std::string name = get_string_or(item.as_object(), "name", "");
    if (get_string_or(item.as_object(), "sql_type", "") != "DOUBLE") continue;
    sql += sql.empty() ? "SELECT " : ", ";
    sql += "count(*) FILTER (abs(" + quote_name(name) + ") >= " + kFirstLarge + ")";
    doubles.push_back(name);
  }
  std::vector<std::string> large;
  if (doubles.empty()) return large;
  const Rows counts = FLOE_TRY(statement.runner().run(sql + " FROM " + quote_name(get_string_or(staged, "name", ""))));
  for (std::size_t i = 0; i < doubles.size(); ++i) {
    if (counts.integer(i, 0) > 0) large.push_back(doubles[i]);
  }
  return large;
}

Result<std::vector<FileColumn>> exact_types(Statement& statement, const json::object& texts,
                                            const std::vector<std::string>& names) {
  std::vector<FileColumn> types;
  for (const std::string& name : names) {
    const std::string text = "trim(" + quote_name(name) + ")";
    const Rows found = FLOE_TRY(statement.runner().run("SELECT count(*) FILTER (" + is_changed(text) +
                                                       "), count(*) FILTER (NOT (" + is_whole(text) + " AND TRY_CAST(" +
                                                       text + " AS DECIMAL(38,0)) IS NOT NULL)) FROM " +
                                                       quote_name(get_string_or(texts, "name", ""))));
    if (found.integer(0, 0) > 0) types.push_back({name, found.integer(1, 0) == 0 ? "DECIMAL(38,0)" : "VARCHAR"});
  }
  return types;
}

FileRequest with_types(const FileRequest& request, const json::object& staged, const std::vector<FileColumn>& types) {
  FileRequest typed = request;
  if (request.format == FileFormat::kCsv) {
    typed.types.insert(typed.types.end(), types.begin(), types.end());
    return typed;
  }
  for (const json::value& item : staged.at("columns").as_array()) {
    const std::string name = get_string_or(item.as_object(), "name", "");
    const auto given =
        std::find_if(types.begin(), types.end(), [&](const FileColumn& column) { return column.name == name; });
    typed.columns.push_back(
        {name, given == types.end() ? get_string_or(item.as_object(), "sql_type", "VARCHAR") : given->sql_type});
  }
  return typed;
}

}  // namespace floe::duckdb_compute
