#include "csv_dialect.hpp"
#include "engine.hpp"
#include "file_reader.hpp"
#include "fit_rows.hpp"
#include "json_lines.hpp"
#include "methods.hpp"
#include "sql_text.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

constexpr std::size_t kMaxDiagnostics = 20;

Result<json::object> staged_result(Statement& statement, const std::string& name) {
  const auto columns = FLOE_TRY(table_columns(statement.runner(), name));
  FLOE_TRY(check_distinct_names(columns));
  json::array described = FLOE_TRY(columns_to_json(columns));
  const Rows count = FLOE_TRY(statement.runner().run("SELECT count(*) FROM " + quote_name(name)));
  return json::object{
      {"name", name}, {"columns", std::move(described)}, {"rows", count.integer(0, 0)}, {"rejects", nullptr}};
}

// Findings of a rejects table as diagnostics: every bad row once, with its file and line.
Error rejects_error(const Rows& rows) {
  DiagnosticSink sink;
  const idx_t count = std::min<idx_t>(rows.row_count(), kMaxDiagnostics);
  for (idx_t row = 0; row < count; ++row) {
    Span span;
    span.file = rows.text(0, row);
    span.line = static_cast<std::int32_t>(rows.integer(1, row));
    span.end_line = span.line;
    span.column = 1;
    const std::string content = rows.text(4, row);
    span.end_column = static_cast<std::int32_t>(text::code_point_count(content)) + 1;
    sink.report(
        error_diagnostic("FLOE-E0801", "malformed-row", rows.text(3, row))
            .at(std::move(span))
            .note("the row reads: " + content)
            .help("correct the row, or write `on_bad_rows: rejects` to keep bad rows of an ingestion source apart"));
  }
  return diagnostics_error(ErrorCode::kData, sink);
}

std::string rejects_query(const RejectTables& tables) {
  return "SELECT s.file_path AS file, CAST(e.line AS BIGINT) AS line, e.column_name AS \"column\", "
         "e.error_message AS error, e.csv_line AS content FROM " +
         quote_name(tables.errors) + " e JOIN " + quote_name(tables.scans) +
         " s USING (scan_id, file_id) ORDER BY file, line, e.column_idx";
}

void drop_tables(Runner& runner, const RejectTables& tables) {
  runner.run_always("DROP TABLE IF EXISTS " + quote_name(tables.errors));
  runner.run_always("DROP TABLE IF EXISTS " + quote_name(tables.scans));
}

RejectTables fresh_reject_tables(Statement& statement) {
  return {fresh_name(statement.engine(), "floe_reject_errors_"), fresh_name(statement.engine(), "floe_reject_scans_")};
}

// DuckDB's advice after the first line is about SQL that nobody here wrote.
Error without_advice(Error error) {
  error.message = error.message.substr(0, error.message.find('\n'));
  return error;
}

Result<json::object> stage_csv_and_rejects(Statement& statement, const FileRequest& request) {
  Runner& runner = statement.runner();
  const RejectTables tables = fresh_reject_tables(statement);
  const std::string reader = FLOE_TRY(reader_sql(request, &tables));
  const std::string name = fresh_name(statement.engine(), "floe_stage_");
  FLOE_TRY(runner.run("CREATE TEMP TABLE " + quote_name(name) + " AS SELECT * FROM " + reader));
  const std::string rejects = fresh_name(statement.engine(), "floe_stage_");
  FLOE_TRY(runner.run("CREATE TEMP TABLE " + quote_name(rejects) + " AS " + rejects_query(tables)));
  drop_tables(runner, tables);
  const Rows count = FLOE_TRY(runner.run("SELECT count(DISTINCT (file, line)) FROM " + quote_name(rejects)));
  json::object result = FLOE_TRY(staged_result(statement, name));
  result["rejects"] = json::object{{"name", rejects}, {"rows", count.integer(0, 0)}};
  return result;
}

Result<json::object> read_csv_with_rejects(Statement& statement, const FileRequest& request) {
  auto staged = stage_csv_and_rejects(statement, request);
  if (staged || !statement.runner().check()) return staged;
  auto fixed = without_detection(statement, request);
  if (!fixed) return fixed.error().code == ErrorCode::kData ? fixed.error() : without_advice(std::move(staged).error());
  if (request.columns.empty() && !request.text_columns) {
    const json::object text = FLOE_TRY(stage_csv_and_rejects(statement, *fixed));
    const std::string rows = FLOE_TRY(require_string(text, "name"));
    fixed = FLOE_TRY(with_inferred_types(statement, *fixed, rows));
  }
  return stage_csv_and_rejects(statement, *fixed);
}

// The bad rows of a read that failed as a whole; none when there is another reason.
Result<Rows> bad_csv_rows(Statement& statement, const FileRequest& request) {
  Runner& runner = statement.runner();
  const RejectTables tables = fresh_reject_tables(statement);
  const std::string reader = FLOE_TRY(reader_sql(request, &tables));
  const auto scanned = runner.run("SELECT count(COLUMNS(*)) FROM " + reader);
  auto rows = scanned ? runner.run(rejects_query(tables)) : Result<Rows>(scanned.error());
  drop_tables(runner, tables);
  return rows;
}

// The whole read failed: a second pass finds every bad row. Without any, the first error stands.
Error explain_csv(Statement& statement, const FileRequest& request, Error error) {
  if (!statement.runner().check()) return error;
  if (error.code != ErrorCode::kData && error.code != ErrorCode::kInvalidArgument) return error;
  auto rows = bad_csv_rows(statement, request);
  if (!rows) {
    const auto fixed = without_detection(statement, request);
    if (!fixed && fixed.error().code == ErrorCode::kData) return fixed.error();
    if (fixed) rows = bad_csv_rows(statement, *fixed);
  }
  if (rows && rows->row_count() > 0) return rejects_error(*rows);
  return error;
}

// Of a file without a first line DuckDB makes one column with a name of its own.
Status check_has_header(Statement& statement, const FileRequest& request, const json::object& staged) {
  const json::array& columns = staged.at("columns").as_array();
  if (columns.size() != 1 || get_int(staged, "rows") != 0 || !request.columns.empty()) return ok();
  const auto fixed = without_detection(statement, request);
  if (!fixed && fixed.error().code == ErrorCode::kData) return fixed.error();
  return ok();
}

Result<json::object> read_plain(Statement& statement, const FileRequest& request) {
  const std::string reader = FLOE_TRY(reader_sql(request, nullptr));
  const std::string name = fresh_name(statement.engine(), "floe_stage_");
  std::string select = "*";
  if (request.format == FileFormat::kParquet && request.text_columns) select = "CAST(COLUMNS(*) AS VARCHAR)";
  if (request.format == FileFormat::kParquet && !request.columns.empty()) {
    select.clear();
    for (const FileColumn& column : request.columns) {
      if (!select.empty()) select += ", ";
      select += "CAST(" + quote_name(column.name) + " AS " + column.sql_type + ") AS " + quote_name(column.name);
    }
  }
  auto created =
      statement.runner().run("CREATE TEMP TABLE " + quote_name(name) + " AS SELECT " + select + " FROM " + reader);
  if (!created) {
    Error error = std::move(created).error();
    if (request.format == FileFormat::kCsv) error = explain_csv(statement, request, std::move(error));
    return without_advice(std::move(error));
  }
  json::object staged = FLOE_TRY(staged_result(statement, name));
  if (request.format == FileFormat::kCsv) FLOE_TRY(check_has_header(statement, request, staged));
  return staged;
}

Result<json::object> read_json_lines(Statement& statement, const FileRequest& request) {
  if (!request.rejects) {
    auto result = read_plain(statement, request);
    if (result || !statement.runner().check()) return result;
    const auto rows = bad_json_lines(statement, request);
    if (rows && rows->row_count() > 0) return rejects_error(*rows);
    return !rows && rows.error().code == ErrorCode::kData ? rows.error() : result.error();
  }
  const SplitLines split = FLOE_TRY(split_json_lines(statement, request));
  json::object result = FLOE_TRY(staged_result(statement, split.rows));
  const Rows count = FLOE_TRY(statement.runner().run("SELECT count(*) FROM " + quote_name(split.rejects)));
  result["rejects"] = json::object{{"name", split.rejects}, {"rows", count.integer(0, 0)}};
  return result;
}

Result<json::object> read_by_format(Statement& statement, const FileRequest& request) {
  switch (request.format) {
    case FileFormat::kCsv:
      return request.rejects ? read_csv_with_rejects(statement, request) : read_plain(statement, request);
    case FileFormat::kJsonLines:
      return read_json_lines(statement, request);
    case FileFormat::kParquet:
      break;
  }
  return read_plain(statement, request);
}

// Names of inferred columns that the table has as text; as the file spells them.
std::vector<std::string> inferred_texts(const json::object& staged, const FitRequest& fit) {
  std::vector<std::string> names;
  for (const json::value& item : staged.at("columns").as_array()) {
    const json::object& column = item.as_object();
    const std::string name = get_string_or(column, "name", "");
    if (get_string_or(column, "sql_type", "") == "VARCHAR") continue;
    for (const std::string& text : text_columns(fit)) {
      if (lower_name(text) == lower_name(name)) names.push_back(name);
    }
  }
  return names;
}

Result<json::object> read_and_fit(Statement& statement, FileRequest request, const FitRequest& fit) {
  const bool infers = request.columns.empty() && !request.text_columns && request.format != FileFormat::kParquet;
  // A type inferred from the first rows would make later values errors that the table may well take.
  if (infers && !has_option(request, "sample_size")) request.options.emplace_back("sample_size", "-1");
  json::object staged = FLOE_TRY(read_by_format(statement, request));
  if (infers && request.format == FileFormat::kCsv) request.text_names = inferred_texts(staged, fit);
  if (!request.text_names.empty()) staged = FLOE_TRY(read_by_format(statement, request));
  return fit_rows(statement, fit, std::move(staged));
}

}  // namespace

Result<std::string> read_files(Statement& statement, std::string_view request) {
  const json::object object = FLOE_TRY(parse_json_object(request));
  const FileRequest parsed = FLOE_TRY(parse_file_request(object));
  const auto fit = FLOE_TRY(parse_fit(object));
  const json::object result = FLOE_TRY(fit ? read_and_fit(statement, parsed, *fit) : read_by_format(statement, parsed));
  return to_json(result);
}

}  // namespace floe::duckdb_compute
