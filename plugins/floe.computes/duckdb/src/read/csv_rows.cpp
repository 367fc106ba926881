#include "read/csv_rows.hpp"

#include "csv/csv_dialect.hpp"
#include "csv/csv_head.hpp"
#include "csv/csv_newlines.hpp"
#include "csv/declared_columns.hpp"
#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "engine/raw_lines.hpp"
#include "read/inferred_types.hpp"
#include "read/staged_rows.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"

#include <map>
#include <set>

namespace floe::duckdb_compute {
namespace {

// Errors of one file: that are looked through for the first ones, and that are kept apart.
constexpr std::int64_t kMostExplained = 100'000;
constexpr std::int64_t kMostRejects = 1'000'000;

// After a quote that nothing ends DuckDB also converts an empty row, which the file does not have.
std::string rejects_query(const RejectTables& tables) {
  return "SELECT s.file_path AS file, CAST(e.line AS BIGINT) AS line, e.column_name AS \"column\", "
         "e.error_message AS error, e.csv_line AS content, e.line_byte_position AS position FROM " +
         quote_name(tables.errors) + " e JOIN " + quote_name(tables.scans) +
         " s USING (scan_id, file_id) "
         "WHERE NOT (e.error_type = 'CAST' AND e.csv_line = '' AND e.line_byte_position = 1) "
         "ORDER BY file, line, e.column_idx";
}

void drop_tables(Runner& runner, const std::vector<std::string>& tables) {
  for (const std::string& table : tables)
    runner.run_always("DROP TABLE IF EXISTS " + quote_name(table));
}

// `most` errors of each file: DuckDB keeps them in some 2 KB of memory each.
RejectTables fresh_reject_tables(Statement& statement, std::int64_t most) {
  return {fresh_name(statement.engine(), "floe_reject_errors_"), fresh_name(statement.engine(), "floe_reject_scans_"),
          most};
}

// Beyond its limit DuckDB leaves rows out without keeping them.
Status check_most_rejects(Runner& runner, const std::string& rejects) {
  const Rows full = FLOE_TRY(runner.run("SELECT file FROM " + quote_name(rejects) +
                                        " GROUP BY file HAVING count(*) >= " + std::to_string(kMostRejects) +
                                        " ORDER BY file LIMIT 1"));
  if (full.row_count() == 0) return ok();
  return failf(ErrorCode::kData, "`{}` has more than {} malformed rows; its `options` do not fit it, or it is damaged",
               full.text(0, 0), kMostRejects);
}

Result<json::object> stage_csv_and_rejects(Statement& statement, const FileRequest& request) {
  Runner& runner = statement.runner();
  const RejectTables tables = fresh_reject_tables(statement, kMostRejects);
  const std::string reader = FLOE_TRY(reader_sql(request, &tables));
  const std::string name = fresh_name(statement.engine(), "floe_stage_");
  FLOE_TRY(runner.run("CREATE TEMP TABLE " + quote_name(name) + " AS SELECT " + request.select + " FROM " + reader));
  const std::string rejects = fresh_name(statement.engine(), "floe_stage_");
  FLOE_TRY(runner.run("CREATE TEMP TABLE " + quote_name(rejects) + " AS " + rejects_query(tables)));
  drop_tables(runner, {tables.errors, tables.scans});
  FLOE_TRY(check_most_rejects(runner, rejects));
  // Two errors of one row may have different lines.
  const Rows count = FLOE_TRY(runner.run("SELECT count(DISTINCT (file, position)) FROM " + quote_name(rejects)));
  FLOE_TRY(runner.run("ALTER TABLE " + quote_name(rejects) + " DROP COLUMN position"));
  json::object result = FLOE_TRY(staged_result(statement, name));
  result["rejects"] = json::object{{"name", rejects}, {"rows", count.integer(0, 0)}};
  return result;
}

// `fixed` with the types that the good rows would have been given.
Result<FileRequest> with_detected_types(Statement& statement, const FileRequest& request, const FileRequest& fixed) {
  const json::object text = FLOE_TRY(stage_csv_and_rejects(statement, fixed));
  auto typed = with_inferred_types(statement, fixed, request.types, get_string_or(text, "name", ""));
  drop_staged(statement, text);
  return typed;
}

Result<json::object> read_csv_with_rejects(Statement& statement, const FileRequest& request) {
  // Of several files DuckDB infers types from the first ones, and would reject the rows of the others.
  const bool is_detected = request.paths.size() == 1 || !infers_types(request);
  auto staged = is_detected ? stage_csv_and_rejects(statement, request)
                            : Result<json::object>(fail(ErrorCode::kUnsupported,
                                                        "rejects of several files need `columns`, or a `quote`, "
                                                        "`escape` and `comment` other than `auto`"));
  if (staged || !statement.runner().check()) return staged;
  auto fixed = without_detection(statement, request);
  if (!fixed) return fixed.error().code == ErrorCode::kData ? fixed.error() : without_advice(std::move(staged).error());
  if (infers_types(request)) fixed = FLOE_TRY(with_detected_types(statement, request, *fixed));
  staged = stage_csv_and_rejects(statement, *fixed);
  return staged ? staged : encoding_error(request.paths.front(), std::move(staged).error());
}

// One table of several staged ones, columns by name.
Result<std::string> united(Statement& statement, const std::vector<std::string>& tables) {
  if (tables.size() == 1) return tables.front();
  std::string sql;
  for (const std::string& table : tables)
    sql += (sql.empty() ? "" : " UNION ALL BY NAME ") + ("SELECT * FROM " + quote_name(table));
  std::string name = fresh_name(statement.engine(), "floe_stage_");
  FLOE_TRY(statement.runner().run("CREATE TEMP TABLE " + quote_name(name) + " AS " + sql));
  drop_tables(statement.runner(), tables);
  return name;
}

// Tables that become one. The most recent ones are joined now and then: small tables take much memory, and a query of
// thousands of them much time.
struct Pile {
  std::vector<std::string> joined;
  std::vector<std::string> recent;
};

Status add_to_pile(Statement& statement, Pile* pile, const std::string& table) {
  constexpr std::size_t kMostRecent = 64;
  pile->recent.push_back(table);
  if (pile->recent.size() < kMostRecent) return ok();
  pile->joined.push_back(FLOE_TRY(united(statement, pile->recent)));
  pile->recent.clear();
  return ok();
}

std::vector<std::string> tables_of(const Pile& pile) {
  std::vector<std::string> tables = pile.joined;
  tables.insert(tables.end(), pile.recent.begin(), pile.recent.end());
  return tables;
}

// Files that are read in parts.
struct Parts {
  Pile rows;
  Pile rejects;
  std::int64_t rejected = 0;
  std::map<std::string, std::set<std::string>> types;  // of the columns, in lower case
};

Status add_part(Statement& statement, Parts* parts, const json::object& part) {
  for (const json::value& item : part.at("columns").as_array()) {
    parts->types[lower_name(get_string_or(item.as_object(), "name", ""))].insert(
        get_string_or(item.as_object(), "sql_type", ""));
  }
  FLOE_TRY(add_to_pile(statement, &parts->rows, get_string_or(part, "name", "")));
  const json::object* rejects = get_object(part, "rejects");
  if (rejects == nullptr) return ok();
  parts->rejected += get_int(*rejects, "rows").value_or(0);
  return add_to_pile(statement, &parts->rejects, get_string_or(*rejects, "name", ""));
}

// Reads the files of one header.
using ReadPart = Result<json::object> (*)(Statement&, const FileRequest&);

Result<Parts> read_parts(Statement& statement, const FileRequest& request, ReadPart read) {
  Parts parts;
  for (const FileRequest& part : by_header(request)) {
    const FileRequest matched = FLOE_TRY(match_columns(statement, part));
    const json::object staged = FLOE_TRY(read(statement, matched));
    FLOE_TRY(add_part(statement, &parts, staged));
  }
  return parts;
}

// Types of one kind have a common one that says what each of them does.
std::string kind_of(const std::string& type) {
  if (type == "BIGINT" || type == "DOUBLE" || type.starts_with("DECIMAL")) return "number";
  return type == "DATE" || type.starts_with("TIMESTAMP") ? "time" : type;
}

// Columns that are text in one part and something else in another, or of two kinds: `007` and `true` would not be the
// texts they were.
std::vector<FileColumn> mixed_texts(const Parts& parts) {
  std::vector<FileColumn> texts;
  for (const auto& [name, found] : parts.types) {
    std::set<std::string> kinds;
    for (const std::string& type : found)
      kinds.insert(kind_of(type));
    if (kinds.size() > 1) texts.push_back({name, "VARCHAR"});
  }
  return texts;
}

// DuckDB keeps rejects only of files that all have the columns of the first, and skips as many lines of each.
Result<json::object> read_in_parts(Statement& statement, FileRequest request, ReadPart read) {
  Parts parts = FLOE_TRY(read_parts(statement, request, read));
  const std::vector<FileColumn> texts = mixed_texts(parts);
  if (!texts.empty()) {
    request.types.insert(request.types.end(), texts.begin(), texts.end());
    drop_tables(statement.runner(), tables_of(parts.rows));
    drop_tables(statement.runner(), tables_of(parts.rejects));
    parts = FLOE_TRY(read_parts(statement, request, read));
  }
  const std::string rows = FLOE_TRY(united(statement, tables_of(parts.rows)));
  json::object result = FLOE_TRY(staged_result(statement, rows));
  if (!request.rejects) return result;
  const std::string rejects = FLOE_TRY(united(statement, tables_of(parts.rejects)));
  result["rejects"] = json::object{{"name", rejects}, {"rows", parts.rejected}};
  return result;
}

// Types from all rows: of several files DuckDB finds them in the first rows of each, one after the other, and then
// reads `TRUE` of one as the number that the others have.
Result<json::object> read_with_types_of_all(Statement& statement, const FileRequest& request) {
  FileRequest fixed = FLOE_TRY(without_detection(statement, request));
  const json::object texts = FLOE_TRY(read_plain(statement, fixed));
  auto typed = with_inferred_types(statement, fixed, request.types, get_string_or(texts, "name", ""));
  drop_staged(statement, texts);
  return read_plain(statement, FLOE_TRY(std::move(typed)));
}

// The bad rows of a read that failed as a whole; none when there is another reason.
Result<Rows> bad_csv_rows(Statement& statement, const FileRequest& request) {
  Runner& runner = statement.runner();
  const RejectTables tables = fresh_reject_tables(statement, kMostExplained);
  const std::string reader = FLOE_TRY(reader_sql(request, &tables));
  const auto scanned = runner.run("SELECT count(COLUMNS(*)) FROM " + reader);
  auto rows = scanned ? runner.run(rejects_query(tables)) : Result<Rows>(scanned.error());
  drop_tables(runner, {tables.errors, tables.scans});
  return rows;
}

// The whole read failed: a second pass finds every bad row of every file. Without any, the first error stands.
Error explain_csv(Statement& statement, const FileRequest& request, Error error) {
  if (!statement.runner().check()) return error;
  if (error.code != ErrorCode::kData && error.code != ErrorCode::kInvalidArgument) return error;
  DiagnosticSink found;
  for (const FileRequest& file : by_file(request)) {
    if (found.all().size() == kMaxDiagnostics) break;
    const auto matched = match_columns(statement, file);
    if (!matched) continue;
    auto rows = bad_csv_rows(statement, *matched);
    const auto fixed = rows ? Result<FileRequest>(*matched) : without_detection(statement, *matched);
    if (!rows && fixed) rows = bad_csv_rows(statement, *fixed);
    if (rows) report_rejects(*rows, found);
  }
  if (found.all().empty()) report_newlines(request, found);
  if (!found.all().empty()) return diagnostics_error(ErrorCode::kData, found);
  if (const Status lengths = check_line_lengths(statement, request); !lengths) return lengths.error();
  return encoding_error(request.paths.front(), std::move(error));
}

// Rejects are no errors: what failed is a file that DuckDB does not take apart into rows.
Error explain_rejects(Statement& statement, const FileRequest& request, Error error) {
  if (!statement.runner().check()) return error;
  DiagnosticSink found;
  report_newlines(request, found);
  return found.all().empty() ? error : diagnostics_error(ErrorCode::kData, found);
}

Result<json::object> read_uniform_csv(Statement& statement, const FileRequest& request) {
  const FileRequest matched = FLOE_TRY(match_columns(statement, request));
  return request.rejects ? read_csv_with_rejects(statement, matched) : read_plain(statement, matched);
}

}  // namespace

Result<json::object> read_csv(Statement& statement, const FileRequest& request) {
  const FileRequest known = FLOE_TRY(with_delimiter(statement, request));
  FLOE_TRY(check_columns(statement, known));
  if (known.rejects) FLOE_TRY(check_line_lengths(statement, known));
  const bool is_uniform = known.paths.size() == 1 || (!known.rejects && has_one_layout(known));
  const ReadPart read = known.rejects ? read_csv_with_rejects : read_plain;
  auto staged = is_uniform ? read_uniform_csv(statement, known) : read_in_parts(statement, known, read);
  if (staged || !statement.runner().check()) return staged;
  if (!known.rejects && known.paths.size() > 1 && infers_types(known)) {
    if (auto typed = read_in_parts(statement, known, read_with_types_of_all)) return typed;
  }
  if (known.rejects) return without_advice(explain_rejects(statement, known, std::move(staged).error()));
  return without_advice(explain_csv(statement, known, std::move(staged).error()));
}

}  // namespace floe::duckdb_compute
