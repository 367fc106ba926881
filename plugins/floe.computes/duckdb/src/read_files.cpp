#include "compressed_files.hpp"
#include "csv_dialect.hpp"
#include "csv_head.hpp"
#include "csv_newlines.hpp"
#include "declared_columns.hpp"
#include "engine.hpp"
#include "file_reader.hpp"
#include "fit_rows.hpp"
#include "inexact_values.hpp"
#include "inferred_types.hpp"
#include "json_lines.hpp"
#include "methods.hpp"
#include "parquet_decimals.hpp"
#include "parquet_mixtures.hpp"
#include "raw_lines.hpp"
#include "sql_text.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <map>
#include <set>

namespace floe::duckdb_compute {
namespace {

constexpr std::size_t kMaxDiagnostics = 20;
constexpr std::size_t kMaxShown = 300;  // characters of a bad row
// Errors of one file: that are looked through for the first ones, and that are kept apart.
constexpr std::int64_t kMostExplained = 100'000;
constexpr std::int64_t kMostRejects = 1'000'000;

Result<json::object> staged_result(Statement& statement, const std::string& name) {
  const auto columns = FLOE_TRY(table_columns(statement.runner(), name));
  FLOE_TRY(check_columns(columns));
  json::array described = FLOE_TRY(columns_to_json(columns));
  const Rows count = FLOE_TRY(statement.runner().run("SELECT count(*) FROM " + quote_name(name)));
  return json::object{
      {"name", name}, {"columns", std::move(described)}, {"rows", count.integer(0, 0)}, {"rejects", nullptr}};
}

// Rows of a rejects table as diagnostics: every bad row once, with its file and line.
void report_rejects(const Rows& rows, DiagnosticSink& sink) {
  for (idx_t row = 0; row < rows.row_count() && sink.all().size() < kMaxDiagnostics; ++row) {
    Span span;
    span.file = rows.text(0, row);
    span.line = static_cast<std::int32_t>(rows.integer(1, row));
    span.end_line = span.line;
    span.column = 1;
    std::string content = rows.text(4, row);
    content.erase(content.find_last_not_of("\r\n") + 1);
    span.end_column = static_cast<std::int32_t>(text::code_point_count(content)) + 1;
    auto diagnostic =
        error_diagnostic("FLOE-E0801", "malformed-row", rows.text(3, row))
            .at(std::move(span))
            .note("the row reads: " + text::shortened(content, kMaxShown))
            .help("correct the row, or write `on_bad_rows: rejects` to keep bad rows of an ingestion source apart");
    if (diagnostic.message.find("not utf-8 encoded") != std::string::npos)
      diagnostic.helps.emplace_back("say what the encoding of the file is, such as `options: {encoding: latin-1}`");
    sink.report(std::move(diagnostic));
  }
}

Error rejects_error(const Rows& rows) {
  DiagnosticSink sink;
  report_rejects(rows, sink);
  return diagnostics_error(ErrorCode::kData, sink);
}

std::string rejects_query(const RejectTables& tables) {
  return "SELECT s.file_path AS file, CAST(e.line AS BIGINT) AS line, e.column_name AS \"column\", "
         "e.error_message AS error, e.csv_line AS content FROM " +
         quote_name(tables.errors) + " e JOIN " + quote_name(tables.scans) +
         " s USING (scan_id, file_id) ORDER BY file, line, e.column_idx";
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

void drop_staged(Statement& statement, const json::object& staged) {
  statement.runner().run_always("DROP TABLE " + quote_name(get_string_or(staged, "name", "")));
  if (const json::object* rejects = get_object(staged, "rejects")) drop_staged(statement, *rejects);
}

// DuckDB's advice after the first line is about SQL that nobody here wrote.
Error without_advice(Error error) {
  error.message = error.message.substr(0, error.message.find('\n'));
  return error;
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
  const Rows count = FLOE_TRY(runner.run("SELECT count(DISTINCT (file, line)) FROM " + quote_name(rejects)));
  json::object result = FLOE_TRY(staged_result(statement, name));
  result["rejects"] = json::object{{"name", rejects}, {"rows", count.integer(0, 0)}};
  return result;
}

Result<json::object> read_plain(Statement& statement, const FileRequest& request) {
  const std::string reader = FLOE_TRY(reader_sql(request, nullptr));
  const std::string name = fresh_name(statement.engine(), "floe_stage_");
  std::string select = request.select;
  if (request.format == FileFormat::kParquet && request.text_columns) select = "CAST(COLUMNS(*) AS VARCHAR)";
  const auto created =
      statement.runner().run("CREATE TEMP TABLE " + quote_name(name) + " AS SELECT " + select + " FROM " + reader);
  if (!created) return created.error();
  return staged_result(statement, name);
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

Result<Parts> read_parts(Statement& statement, const FileRequest& request) {
  Parts parts;
  for (const FileRequest& part : by_header(request)) {
    const FileRequest matched = FLOE_TRY(match_columns(statement, part));
    const json::object staged =
        FLOE_TRY(request.rejects ? read_csv_with_rejects(statement, matched) : read_plain(statement, matched));
    FLOE_TRY(add_part(statement, &parts, staged));
  }
  return parts;
}

// Columns that are text in one part and something else in another: `007` of the other would not be the text it was.
std::vector<FileColumn> mixed_texts(const Parts& parts) {
  std::vector<FileColumn> texts;
  for (const auto& [name, found] : parts.types) {
    if (found.size() > 1 && found.contains("VARCHAR")) texts.push_back({name, "VARCHAR"});
  }
  return texts;
}

// DuckDB keeps rejects only of files that all have the columns of the first, and skips as many lines of each.
Result<json::object> read_in_parts(Statement& statement, FileRequest request) {
  Parts parts = FLOE_TRY(read_parts(statement, request));
  const std::vector<FileColumn> texts = mixed_texts(parts);
  if (!texts.empty()) {
    request.types.insert(request.types.end(), texts.begin(), texts.end());
    drop_tables(statement.runner(), tables_of(parts.rows));
    drop_tables(statement.runner(), tables_of(parts.rejects));
    parts = FLOE_TRY(read_parts(statement, request));
  }
  const std::string rows = FLOE_TRY(united(statement, tables_of(parts.rows)));
  json::object result = FLOE_TRY(staged_result(statement, rows));
  if (!request.rejects) return result;
  const std::string rejects = FLOE_TRY(united(statement, tables_of(parts.rejects)));
  result["rejects"] = json::object{{"name", rejects}, {"rows", parts.rejected}};
  return result;
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

Result<json::object> read_csv(Statement& statement, const FileRequest& request) {
  const FileRequest known = FLOE_TRY(with_delimiter(statement, request));
  FLOE_TRY(check_columns(statement, known));
  if (known.rejects) FLOE_TRY(check_line_lengths(statement, known));
  const bool is_uniform = known.paths.size() == 1 || (!known.rejects && has_one_layout(known));
  auto staged = is_uniform ? read_uniform_csv(statement, known) : read_in_parts(statement, known);
  if (staged) return staged;
  if (known.rejects) return without_advice(explain_rejects(statement, known, std::move(staged).error()));
  return without_advice(explain_csv(statement, known, std::move(staged).error()));
}

Result<json::object> split_result(Statement& statement, const FileRequest& request) {
  const SplitLines split = FLOE_TRY(split_json_lines(statement, request));
  json::object result = FLOE_TRY(staged_result(statement, split.rows));
  const Rows count = FLOE_TRY(statement.runner().run("SELECT count(*) FROM " + quote_name(split.rejects)));
  result["rejects"] = json::object{{"name", split.rejects}, {"rows", count.integer(0, 0)}};
  return result;
}

Result<json::object> read_json_lines(Statement& statement, const FileRequest& request) {
  FLOE_TRY(check_columns(statement, request));
  const FileRequest matched = FLOE_TRY(match_columns(statement, request));
  if (request.rejects) return split_result(statement, matched);
  auto result = read_plain(statement, matched);
  if (result || !statement.runner().check()) return result;
  const auto rows = bad_json_lines(statement, matched);
  if (rows && rows->row_count() > 0) return rejects_error(*rows);
  if (!rows) return rows.error().code == ErrorCode::kData ? rows.error() : without_advice(std::move(result).error());
  // All lines are good: what DuckDB does not take is a byte order mark before the first.
  json::object split = FLOE_TRY(split_result(statement, matched));
  split["rejects"] = nullptr;
  return split;
}

Result<json::object> read_parquet(Statement& statement, const FileRequest& request) {
  FLOE_TRY(check_parquet_decimals(statement, request));
  FLOE_TRY(check_columns(statement, request));
  const FileRequest matched = FLOE_TRY(match_columns(statement, request));
  auto staged = read_plain(statement, matched);
  if (!staged) return without_advice(std::move(staged).error());
  if (!request.text_columns) FLOE_TRY(check_parquet_mixtures(statement, matched, *staged));
  return staged;
}

Result<json::object> read_any_names(Statement& statement, const FileRequest& request) {
  switch (request.format) {
    case FileFormat::kCsv:
      return read_csv(statement, request);
    case FileFormat::kJsonLines:
      return read_json_lines(statement, request);
    case FileFormat::kParquet:
      break;
  }
  return read_parquet(statement, request);
}

// A file that is none of its format may be one long name, and no rows.
Status check_name_lengths(const FileRequest& request, const json::object& staged) {
  constexpr std::size_t kMaxName = 1024;  // bytes
  constexpr std::size_t kMaxNameShown = 40;
  for (const json::value& item : staged.at("columns").as_array()) {
    const std::string name = get_string_or(item.as_object(), "name", "");
    if (name.size() <= kMaxName) continue;
    const std::string others =
        request.paths.size() == 1 ? "" : fmt::format(" or one of the {} files with it", request.paths.size() - 1);
    return failf(ErrorCode::kData, "`{}`{} has a column whose name `{}` is {} bytes long; a name has at most {}",
                 request.paths.front(), others, text::shortened(name, kMaxNameShown), name.size(), kMaxName);
  }
  return ok();
}

Result<json::object> read_by_format(Statement& statement, const FileRequest& request) {
  json::object staged = FLOE_TRY(read_any_names(statement, request));
  FLOE_TRY(check_name_lengths(request, staged));
  return staged;
}

// Of files that one reader reads; a table of the rows takes their memory once more.
Result<std::vector<QueryColumn>> kept_types_of_reader(Statement& statement, const FileRequest& request,
                                                      const FileRequest& texts,
                                                      const std::vector<QueryColumn>& doubtful) {
  FileRequest known = texts;
  if (request.format == FileFormat::kCsv) known = FLOE_TRY(with_delimiter(statement, texts));
  if (!has_one_layout(known) || request.rejects) return fail(ErrorCode::kUnsupported, "more than one reader");
  const std::string reader = FLOE_TRY(reader_sql(known, nullptr));
  return kept_types(statement, request, doubtful, reader);
}

Result<std::vector<QueryColumn>> kept_types_of_files(Statement& statement, const FileRequest& request,
                                                     const std::vector<QueryColumn>& doubtful) {
  const FileRequest texts = as_texts(request, doubtful);
  auto kept = kept_types_of_reader(statement, request, texts, doubtful);
  if (kept || !statement.runner().check()) return kept;
  const json::object staged = FLOE_TRY(read_by_format(statement, texts));
  kept = kept_types(statement, request, doubtful, quote_name(get_string_or(staged, "name", "")));
  drop_staged(statement, staged);
  return kept;
}

// DuckDB infers types that read as many texts as possible: where one would change a text, the column is read as what
// keeps them all.
Result<json::object> read_exactly(Statement& statement, const FileRequest& request) {
  json::object staged = FLOE_TRY(read_by_format(statement, request));
  if (!infers_types(request)) return staged;
  const std::string name = get_string_or(staged, "name", "");
  const auto inferred = FLOE_TRY(table_columns(statement.runner(), name));
  const std::vector<QueryColumn> doubtful = doubtful_columns(request, inferred);
  if (doubtful.empty()) return staged;
  const auto kept = FLOE_TRY(kept_types_of_files(statement, request, doubtful));
  if (kept.empty()) return staged;
  drop_staged(statement, staged);
  const FileRequest typed = FLOE_TRY(with_types(statement, request, inferred, kept));
  return read_by_format(statement, typed);
}

// The files are read a second time: DuckDB says nothing of values that a conversion changes.
Result<json::array> find_inexact(Statement& statement, const FileRequest& request, const json::object& typed) {
  const auto plain = FLOE_TRY(unconverted(statement, request, typed));
  if (!plain) return json::array();
  const json::object source = FLOE_TRY(read_by_format(statement, *plain));
  json::array inexact = FLOE_TRY(inexact_values(statement, request, typed, source));
  drop_staged(statement, source);
  return inexact;
}

Result<json::object> read_declared(Statement& statement, const FileRequest& request) {
  json::object staged = FLOE_TRY(read_exactly(statement, request));
  if (request.finds_inexact) staged["inexact"] = FLOE_TRY(find_inexact(statement, request, staged));
  return staged;
}

// Inferred columns that the table has as text.
std::vector<FileColumn> inferred_texts(const json::object& staged, const FitRequest& fit) {
  std::vector<FileColumn> columns;
  for (const json::value& item : staged.at("columns").as_array()) {
    const json::object& column = item.as_object();
    const std::string name = get_string_or(column, "name", "");
    if (get_string_or(column, "sql_type", "") == "VARCHAR") continue;
    for (const std::string& text : text_columns(fit)) {
      if (lower_name(text) == lower_name(name)) columns.push_back({name, "VARCHAR"});
    }
  }
  return columns;
}

Result<json::object> read_and_fit(Statement& statement, FileRequest request, const FitRequest& fit) {
  const bool infers = infers_types(request);
  FLOE_TRY(check_types(statement, fit.columns));
  json::object staged = FLOE_TRY(read_declared(statement, request));
  if (infers && request.format == FileFormat::kCsv) request.types = inferred_texts(staged, fit);
  if (!request.types.empty()) staged = FLOE_TRY(read_exactly(statement, request));
  return fit_rows(statement, fit, std::move(staged));
}

}  // namespace

Result<std::string> read_files(Statement& statement, std::string_view request) {
  const json::object object = FLOE_TRY(parse_json_object(request));
  const FileRequest parsed = FLOE_TRY(parse_file_request(object));
  FLOE_TRY(check_compressed_files(statement.runner(), parsed));
  const auto fit = FLOE_TRY(parse_fit(object));
  const json::object result = FLOE_TRY(fit ? read_and_fit(statement, parsed, *fit) : read_declared(statement, parsed));
  return to_json(result);
}

}  // namespace floe::duckdb_compute
