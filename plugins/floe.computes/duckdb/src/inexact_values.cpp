#include "inexact_values.hpp"

#include "duck_type.hpp"
#include "engine.hpp"
#include "fit_rows.hpp"
#include "methods.hpp"
#include "sql_text.hpp"

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

bool is_nested(const std::string& type) { return type.starts_with("STRUCT(") || type.ends_with("]"); }

bool is_text_type(const std::string& type) { return type == "VARCHAR" || type == "JSON"; }

// These have every value, or do not take it. Keys of a MAP are members of a STRUCT where they were inferred.
bool changes_nothing(const std::string& type) {
  return is_text_type(type) || type == "BLOB" || type == "UUID" || type.find("MAP(") != std::string::npos;
}

// Decimal digits of whole numbers and decimals.
std::optional<int> scale_of(const std::string& type) {
  static constexpr std::array<std::string_view, 10> kWhole{"TINYINT",  "SMALLINT",  "INTEGER",  "BIGINT",  "HUGEINT",
                                                           "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"};
  if (std::find(kWhole.begin(), kWhole.end(), type) != kWhole.end()) return 0;
  const std::size_t comma = type.find(',');
  if (!type.starts_with("DECIMAL(") || comma == std::string::npos) return std::nullopt;
  return std::atoi(type.c_str() + comma + 1);
}

std::string plain_option(const FileRequest& request, const char* name) {
  const std::string value = option_or(request, name, "");
  return value.size() >= 2 ? value.substr(1, value.size() - 2) : std::string();
}

// A number with its exponent, or with more digits than the type keeps.
std::string decimal_changes(const std::string& text, const std::string& cast, int scale) {
  return "CASE WHEN regexp_full_match(" + text + ", '[+-]?[0-9]*[.]?[0-9]*') THEN length(rtrim(regexp_extract(" + text +
         ", '[.]([0-9]*)$', 1), '0')) > " + std::to_string(scale) + " ELSE CAST(" + cast +
         " AS DOUBLE) IS DISTINCT FROM TRY_CAST(" + text + " AS DOUBLE) END";
}

// Fractions become the nearest of the type, whole numbers stay the same.
std::string float_changes(const std::string& text, const std::string& cast) {
  return "(regexp_full_match(" + text + ", '[+-]?[0-9]+') AND TRY_CAST(" + cast +
         " AS DECIMAL(38,0)) IS DISTINCT FROM TRY_CAST(" + text + " AS DECIMAL(38,0))) OR (isinf(" + cast +
         ") AND regexp_matches(" + text + ", '[0-9]'))";
}

// Whether the conversion changes the value that `text` says; empty where it never does.
std::string text_changes(const std::string& text, const std::string& cast, const std::string& type) {
  if (const auto scale = scale_of(type)) return decimal_changes(text, cast, *scale);
  if (type == "DOUBLE" || type == "FLOAT") return float_changes(text, cast);
  if (type == "BOOLEAN") return "TRY_CAST(" + text + " AS DOUBLE) NOT IN (0, 1)";
  if (type == "DATE") return "CAST(" + cast + " AS TIMESTAMP) <> TRY_CAST(" + text + " AS TIMESTAMP)";
  const std::string is_finer = "regexp_matches(" + text + ", '[.][0-9]{6}[0-9]*[1-9]')";
  if (type == "TIME") return is_finer + " OR regexp_matches(" + text + ", '^[0-9]+-')";
  return type.starts_with("TIMESTAMP") && type != "TIMESTAMP_NS" ? is_finer : std::string();
}

class Comparison {
 public:
  Comparison(Statement& statement, const FileRequest& request, std::string table)
      : statement_(statement), request_(request), table_(std::move(table)) {}

  // Of the column that is `source` in the file and `typed` in the result; nothing when no value changes.
  Result<std::optional<json::object>> compare(const NamedType& source, const NamedType& typed) {
    const std::string changes = FLOE_TRY(condition(source, typed));
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
    const std::string cast = "TRY_CAST(" + name + " AS " + typed.type + ")";
    const std::string back = "TRY_CAST(" + cast + " AS " + source.type + ")";
    const auto bound = query_columns(statement_.runner(), "SELECT " + back + " FROM " + quote_name(table_));
    FLOE_TRY(statement_.runner().check());
    if (bound) return cast + " IS NOT NULL AND " + back + " IS DISTINCT FROM " + name;
    return is_nested(source.type) && is_nested(typed.type) ? std::string("true") : std::string();
  }

  // Numbers of CSV files as DuckDB reads them, with `thousands` and `decimal_separator` of the options.
  [[nodiscard]] std::string text_of(const NamedType& source, const NamedType& typed) const {
    std::string text = "trim(" + quote_name(source.name) + ")";
    const bool is_number = scale_of(typed.type) || typed.type == "DOUBLE" || typed.type == "FLOAT";
    if (!is_number || request_.format != FileFormat::kCsv) return text;
    const std::string thousands = plain_option(request_, "thousands");
    const std::string decimal = plain_option(request_, "decimal_separator");
    if (!thousands.empty()) text = "replace(" + text + ", " + quote_text(thousands) + ", '')";
    if (!decimal.empty()) text = "replace(" + text + ", " + quote_text(decimal) + ", '.')";
    return text;
  }

  Statement& statement_;
  const FileRequest& request_;
  std::string table_;
};

// The types of the files when nothing is declared.
Result<std::vector<QueryColumn>> own_columns(Statement& statement, const FileRequest& request) {
  FileRequest bare = request;
  bare.columns.clear();
  const std::string reader = FLOE_TRY(reader_sql(bare, nullptr));
  return query_columns(statement.runner(), "SELECT * FROM " + reader);
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
  Comparison comparison(statement, request, get_string_or(source, "name", ""));
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
