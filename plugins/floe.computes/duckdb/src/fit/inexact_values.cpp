#include "fit/inexact_values.hpp"

#include "convert/conversion.hpp"
#include "convert/number_changes.hpp"
#include "convert/text_kinds.hpp"
#include "convert/time_texts.hpp"
#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "engine/row_numbers.hpp"
#include "fit/fit_rows.hpp"
#include "sql/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

std::string table_of(const json::object& staged) { return get_string_or(staged, "name", ""); }

class Comparison {
 public:
  // Tables of the rows before and after the conversion.
  Comparison(Statement& statement, const FileRequest& request, std::string table, std::string typed_table)
      : statement_(statement), request_(request), table_(std::move(table)), typed_table_(std::move(typed_table)) {}

  // Of the column of texts that is `typed` in the result; nothing when no value changes.
  Result<std::optional<json::object>> compare(const std::string& source, const QueryColumn& typed) {
    const std::string text = quote_name(source);
    const Conversion conversion = convert(request_, scalar_type(DUCKDB_TYPE_VARCHAR), typed.type, text, true);
    std::string changes = conversion.changes;
    if (const std::string guessed = FLOE_TRY(guesses(conversion, source, typed)); !guessed.empty())
      changes += " OR " + guessed;
    if (changes == "false") return std::optional<json::object>();
    json::object found = FLOE_TRY(rows_with_examples(statement_, table_, changes, text));
    if (get_int(found, "rows").value_or(0) == 0) return std::optional<json::object>();
    return std::optional<json::object>(json::object{{"column", typed.name},
                                                    {"sql_type", "VARCHAR"},
                                                    {"table_type", sql_name(typed.type)},
                                                    {"rows", found.at("rows")},
                                                    {"examples", std::move(found.at("examples"))}});
  }

 private:
  // DuckDB reads a text of a CSV file that is no time of SQL by a format that it guesses, or as NULL, and numbers whose
  // separators stand anywhere; rows of which it says so are rejects.
  Result<std::string> guesses(const Conversion& conversion, const std::string& source, const QueryColumn& typed) {
    const bool is_guessing = is_time_type(typed.type) ? time_format(request_, typed.type).empty()
                                                      : is_number(typed.type) && names_separators(request_);
    if (!is_guessing) return std::string();
    const Rows counts = FLOE_TRY(statement_.runner().run(fmt::format(
        "SELECT (SELECT count({0}) FROM {1}), (SELECT count({4}) FILTER (NOT ({2})) FROM {3}), "
        "(SELECT count(*) - count({0}) FROM {1}), (SELECT count(*) - count({4}) FROM {3})",
        quote_name(typed.name), quote_name(typed_table_), conversion.fails, quote_name(table_), quote_name(source))));
    const bool is_guessed = counts.integer(0, 0) > counts.integer(1, 0);
    const bool is_lost = counts.integer(2, 0) > counts.integer(3, 0);
    return is_guessed || is_lost ? conversion.fails : std::string();
  }

  Statement& statement_;
  const FileRequest& request_;
  std::string table_;
  std::string typed_table_;
};

}  // namespace

Result<std::optional<FileRequest>> unconverted(Statement& statement, const FileRequest& request,
                                               const json::object& typed) {
  const auto columns = FLOE_TRY(table_columns(statement.runner(), table_of(typed)));
  const bool is_safe =
      std::all_of(columns.begin(), columns.end(), [](const QueryColumn& one) { return is_text(one.type); });
  if (is_safe || request.columns.empty()) return std::optional<FileRequest>();
  FileRequest source = request;
  for (FileColumn& column : source.columns)
    column.sql_type = "VARCHAR";
  return std::optional<FileRequest>(std::move(source));
}

Result<json::array> inexact_values(Statement& statement, const FileRequest& request, const json::object& typed,
                                   const json::object& source) {
  const auto typed_columns = FLOE_TRY(table_columns(statement.runner(), table_of(typed)));
  const auto sources = FLOE_TRY(table_columns(statement.runner(), table_of(source)));
  RowNumbers numbers(statement.runner(), table_of(source));
  FLOE_TRY(numbers.show(sources));
  Comparison comparison(statement, request, table_of(source), table_of(typed));
  json::array inexact;
  for (const QueryColumn& column : typed_columns) {
    const auto found = std::find_if(sources.begin(), sources.end(), [&](const QueryColumn& one) {
      return lower_name(one.name) == lower_name(column.name);
    });
    if (found == sources.end() || !is_text(found->type)) continue;
    auto changed = FLOE_TRY(comparison.compare(numbers.name_of(found->name), column));
    if (changed) inexact.push_back(std::move(*changed));
  }
  return inexact;
}

}  // namespace floe::duckdb_compute
