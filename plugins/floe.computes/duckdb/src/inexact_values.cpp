#include "inexact_values.hpp"

#include "duck_type.hpp"
#include "engine.hpp"
#include "fit_rows.hpp"
#include "inferred_types.hpp"
#include "methods.hpp"
#include "number_changes.hpp"
#include "sql_text.hpp"
#include "text_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace floe::duckdb_compute {
namespace {

struct NamedType {
  std::string name;
  std::string type;  // as DuckDB writes it
};

std::vector<NamedType> typed_columns(const json::object& staged) {
  std::vector<NamedType> columns;
  for (const json::value& item : staged.at("columns").as_array())
    columns.push_back({get_string_or(item.as_object(), "name", ""), get_string_or(item.as_object(), "sql_type", "")});
  return columns;
}

constexpr const char* kMoment = "TIMESTAMP WITH TIME ZONE";

bool is_nested(const std::string& type) { return type.starts_with("STRUCT(") || type.ends_with("]"); }

bool is_text_type(const std::string& type) { return type == "VARCHAR" || type == "JSON"; }

// These have every value, or do not take it. Keys of a MAP are members of a STRUCT where they were inferred.
bool changes_nothing(const std::string& type) {
  return is_text_type(type) || type == "BLOB" || type == "UUID" || type.find("MAP(") != std::string::npos;
}

// Whether the conversion changes the value that `text` says; empty where it never does.
std::string text_changes(const std::string& text, const std::string& cast, const std::string& type) {
  if (const auto scale = scale_of(type)) return decimal_changes(text, cast, *scale);
  if (type == "DOUBLE" || type == "FLOAT") return float_changes(text, cast);
  if (type == "BOOLEAN") return "TRY_CAST(" + text + " AS DOUBLE) NOT IN (0, 1)";
  const std::string has_offset = says_offset(text);
  if (type == "DATE") return has_offset + " OR CAST(" + cast + " AS TIMESTAMP) <> TRY_CAST(" + text + " AS TIMESTAMP)";
  const std::string is_finer = is_finer_than_micros(text);
  if (type == "TIME") return has_offset + " OR " + is_finer + " OR regexp_matches(" + text + ", '^[0-9]+-')";
  if (type == kMoment) return is_finer;
  if (!type.starts_with("TIMESTAMP")) return {};
  return type == "TIMESTAMP_NS" ? has_offset : has_offset + " OR " + is_finer;
}

// A moment as a time without a zone comes back as it was, in a session whose zone is UTC.
std::size_t moments_in(const std::string& type) {
  std::size_t count = 0;
  for (std::size_t at = type.find(kMoment); at != std::string::npos; at = type.find(kMoment, at + 1))
    ++count;
  return count;
}

bool is_time(const std::string& type) { return type.starts_with("DATE") || type.starts_with("TIME"); }

class Comparison {
 public:
  // Tables of the rows before and after the conversion.
  Comparison(Statement& statement, const FileRequest& request, std::string table, std::string typed_table)
      : statement_(statement), request_(request), table_(std::move(table)), typed_table_(std::move(typed_table)) {}

  // Of the column that is `source` in the file and `typed` in the result; nothing when no value changes.
  Result<std::optional<json::object>> compare(const NamedType& source, const NamedType& typed) {
    std::string changes = FLOE_TRY(condition(source, typed));
    const std::string guessed = FLOE_TRY(guesses(source, typed));
    if (!guessed.empty()) changes = changes.empty() ? guessed : "(" + changes + ") OR " + guessed;
    if (changes.empty()) return std::optional<json::object>();
    json::object found = FLOE_TRY(rows_with_examples(
        statement_, table_, quote_name(source.name) + " IS NOT NULL AND (" + changes + ")", quote_name(source.name)));
    if (get_int(found, "rows").value_or(0) == 0) return std::optional<json::object>();
    return std::optional<json::object>(json::object{{"column", typed.name},
                                                    {"sql_type", source.type},
                                                    {"table_type", typed.type},
                                                    {"rows", found.at("rows")},
                                                    {"examples", std::move(found.at("examples"))}});
  }

 private:
  Result<std::string> condition(const NamedType& source, const NamedType& typed) {
    if (changes_nothing(typed.type) || source.type == typed.type) return std::string();
    if (!is_text_type(source.type)) return round_trip(source, typed);
    const std::string text = text_of(source, typed);
    const std::string cast = "TRY_CAST(" + text + " AS " + typed.type + ")";
    const std::string changes = text_changes(text, cast, typed.type);
    // Every number of JSON becomes a BOOLEAN, and no text does but 0 and 1.
    const bool is_json_boolean = typed.type == "BOOLEAN" && request_.format == FileFormat::kJsonLines;
    if (changes.empty() || is_json_boolean) return changes;
    return cast + " IS NOT NULL AND (" + changes + ")";
  }

  // A struct that has no member of the declared one is all lost; DuckDB does not even convert it.
  Result<std::string> round_trip(const NamedType& source, const NamedType& typed) {
    const std::string name = quote_name(source.name);
    if (moments_in(source.type) > moments_in(typed.type)) return std::string("true");
    const std::string cast = "TRY_CAST(" + name + " AS " + typed.type + ")";
    const std::string back = "TRY_CAST(" + cast + " AS " + source.type + ")";
    const auto bound = query_columns(statement_.runner(), "SELECT " + back + " FROM " + quote_name(table_));
    FLOE_TRY(statement_.runner().check());
    if (bound) return cast + " IS NOT NULL AND " + back + " IS DISTINCT FROM " + name;
    return is_nested(source.type) && is_nested(typed.type) ? std::string("true") : std::string();
  }

  // DuckDB reads a text of a CSV file that is no time of SQL by a format that it guesses, or as NULL; rows of which it
  // says so are rejects.
  Result<std::string> guesses(const NamedType& source, const NamedType& typed) {
    if (request_.format != FileFormat::kCsv || !is_time(typed.type) || !is_text_type(source.type)) return std::string();
    const bool has_offset = typed.type != kMoment && reads_offset(request_);
    if (has_offset && typed.type.starts_with("TIMESTAMP")) return std::string("true");
    const std::string unread = "TRY_CAST(" + text_of(source, typed) + " AS " + typed.type + ") IS NULL";
    const bool has_format =
        has_option(request_, typed.type == "DATE" ? "dateformat" : "timestampformat") && typed.type != "TIME";
    const Rows counts = FLOE_TRY(statement_.runner().run(
        fmt::format("SELECT (SELECT count({0}) FROM {1}), (SELECT count({0}) FILTER (NOT ({2})) FROM {3}), "
                    "(SELECT count(*) - count({0}) FROM {1}), (SELECT count(*) - count({0}) FROM {3})",
                    quote_name(typed.name), quote_name(typed_table_), unread, quote_name(table_))));
    const bool is_guessed = !has_format && counts.integer(0, 0) > counts.integer(1, 0);
    const bool is_lost = counts.integer(2, 0) > counts.integer(3, 0);
    return is_guessed || is_lost ? unread : std::string();
  }

  [[nodiscard]] std::string text_of(const NamedType& source, const NamedType& typed) const {
    const std::string text = "trim(" + quote_name(source.name) + ")";
    const bool is_number = scale_of(typed.type) || typed.type == "DOUBLE" || typed.type == "FLOAT";
    return is_number ? number_text(request_, text) : text;
  }

  Statement& statement_;
  const FileRequest& request_;
  std::string table_;
  std::string typed_table_;
};

// The types of the files when nothing is declared.
Result<std::vector<QueryColumn>> own_columns(Statement& statement, const FileRequest& request) {
  FileRequest bare = request;
  bare.columns.clear();
  const std::string reader = FLOE_TRY(reader_sql(bare, nullptr));
  std::vector<QueryColumn> own = FLOE_TRY(query_columns(statement.runner(), "SELECT * FROM " + reader));
  const std::vector<QueryColumn> doubtful = doubtful_columns(bare, own);
  if (!infers_types(bare) || doubtful.empty()) return own;
  const std::string texts = FLOE_TRY(reader_sql(as_texts(bare, doubtful), nullptr));
  for (QueryColumn& kept : FLOE_TRY(kept_types(statement, bare, doubtful, texts))) {
    const auto same = std::find_if(own.begin(), own.end(), [&](const auto& one) { return one.name == kept.name; });
    same->type = std::move(kept.type);
  }
  return own;
}

// Columns of Parquet files, and nested ones of JSON lines, as the type that they have in the files. Lines that no type
// can be inferred of leave nested values as text, of which nothing is compared.
Status keep_own_types(Statement& statement, FileRequest* request, const std::vector<NamedType>& typed) {
  const bool is_parquet = request->format == FileFormat::kParquet;
  const auto is_kept = [&](const std::string& type) { return is_parquet || is_nested(type); };
  if (std::none_of(typed.begin(), typed.end(), [&](const NamedType& one) { return is_kept(one.type); })) return ok();
  const auto own = own_columns(statement, *request);
  FLOE_TRY(statement.runner().check());
  if (!own) return ok();
  for (std::size_t i = 0; i < request->columns.size() && i < typed.size(); ++i) {
    if (!is_kept(typed[i].type)) continue;
    for (const QueryColumn& column : *own) {
      const std::string type = sql_name(column.type);
      if (lower_name(column.name) == lower_name(typed[i].name) && is_kept(type)) request->columns[i].sql_type = type;
    }
  }
  return ok();
}

}  // namespace

Result<std::optional<FileRequest>> unconverted(Statement& statement, const FileRequest& request,
                                               const json::object& typed) {
  const std::vector<NamedType> columns = typed_columns(typed);
  const bool is_safe =
      std::all_of(columns.begin(), columns.end(), [](const NamedType& one) { return changes_nothing(one.type); });
  if (is_safe || request.columns.empty()) return std::optional<FileRequest>();
  FileRequest source = request;
  for (FileColumn& column : source.columns)
    column.sql_type = "VARCHAR";
  if (request.format != FileFormat::kCsv) FLOE_TRY(keep_own_types(statement, &source, columns));
  return std::optional<FileRequest>(std::move(source));
}

Result<json::array> inexact_values(Statement& statement, const FileRequest& request, const json::object& typed,
                                   const json::object& source) {
  Comparison comparison(statement, request, get_string_or(source, "name", ""), get_string_or(typed, "name", ""));
  json::array inexact;
  const std::vector<NamedType> sources = typed_columns(source);
  for (const NamedType& column : typed_columns(typed)) {
    const auto found = std::find_if(sources.begin(), sources.end(), [&](const NamedType& one) {
      return lower_name(one.name) == lower_name(column.name);
    });
    if (found == sources.end()) continue;
    if (auto changed = FLOE_TRY(comparison.compare(*found, column))) inexact.push_back(std::move(*changed));
  }
  return inexact;
}

}  // namespace floe::duckdb_compute
