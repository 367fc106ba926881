#include "read/json_lines.hpp"

#include "convert/conversion.hpp"
#include "convert/key_spelling.hpp"
#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "engine/raw_lines.hpp"
#include "engine/scratch_file.hpp"
#include "json_depth.h"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

namespace floe::duckdb_compute {
namespace {

// What is wrong with a line as a whole. DuckDB evaluates a WHEN only for the rows the ones before it left.
std::string line_problem() {
  return fmt::format(
      "CASE WHEN coalesce(trim(content), '') = '' THEN NULL "
      "WHEN floe_json_levels(content) > {0} THEN "
      "format('the line nests {{:d}} levels deep, more than the {0} that are read', floe_json_levels(content)) "
      "WHEN NOT json_valid(content) OR json_type(content) <> 'OBJECT' THEN 'the line is not a JSON object' "
      "ELSE floe_json_key_fault(content) END",
      floe_duckdb_json_depth());
}

// The lines that are objects, and not blank.
constexpr const char* kGoodLines = " WHERE problem IS NULL AND coalesce(trim(content), '') <> ''";

// Every physical line of every file, with its number and what is wrong with it.
Status stage_lines(Statement& statement, const FileRequest& request, const std::string& table) {
  FLOE_TRY(check_line_lengths(statement, request));
  FLOE_TRY(statement.runner().run("CREATE TEMP TABLE " + quote_name(table) +
                                  " (file VARCHAR, line BIGINT, content VARCHAR, problem VARCHAR)"));
  const Rows files = FLOE_TRY(statement.runner().run("SELECT file FROM glob(" + quote_paths(request.paths) + ")"));
  std::vector<std::string> paths;
  paths.reserve(files.row_count());
  for (idx_t i = 0; i < files.row_count(); ++i)
    paths.push_back(files.text(0, i));
  if (paths.empty()) paths = request.paths;
  // read_json lets a line be twice as long as its option says.
  const std::uint64_t longest = 2 * longest_line(request);
  for (const std::string& path : paths) {
    FLOE_TRY(statement.runner().run("INSERT INTO " + quote_name(table) + " SELECT " + quote_text(path) +
                                    ", row_number() OVER (), content, " + line_problem() + " FROM " +
                                    raw_lines(request, path, longest)));
  }
  return ok();
}

std::string json_path(const std::string& name) {
  std::string path = "$.\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') path += '\\';
    path += c;
  }
  return path + "\"";
}

// The value of one column of a line that is JSON; NULL when it does not convert.
std::string column_value(const FileColumn& column) {
  const std::string path = quote_text(json_path(column.name));
  const std::string extracted = "json_extract(content, " + path + ")";
  if (lower_name(column.sql_type) == "varchar") {
    return "CASE json_type(content, " + path + ") WHEN 'VARCHAR' THEN json_extract_string(content, " + path +
           ") WHEN 'NULL' THEN NULL ELSE CAST(" + extracted + " AS VARCHAR) END";
  }
  if (lower_name(column.sql_type) == "json")
    return "CASE WHEN json_type(content, " + path + ") <> 'NULL' THEN " + extracted + " END";
  return "TRY_CAST(" + extracted + " AS " + column.sql_type + ")";
}

// Whether the value of one column of a good line has no place in its type.
std::string is_misfit(const FileRequest& request, const FileColumn& column) {
  const auto target = request.conversions.find(lower_name(column.name));
  if (target == request.conversions.end()) return column_value(column) + " IS NULL";
  return convert(request, source_type(target->second), target->second, column_value(column), true).fails;
}

std::string wanted_type(const FileRequest& request, const FileColumn& column) {
  const auto target = request.conversions.find(lower_name(column.name));
  return target == request.conversions.end() ? column.sql_type : sql_name(target->second);
}

// JSON becomes a struct in SQL whatever it is, so it stays JSON.
std::vector<FileColumn> columns_to_convert(const FileRequest& request) {
  std::vector<FileColumn> columns = request.columns;
  for (FileColumn& column : columns) {
    const auto target = request.conversions.find(lower_name(column.name));
    if (target != request.conversions.end()) column.sql_type = sql_name(source_type(target->second));
  }
  return columns;
}

std::string error_query(const FileRequest& request, const std::string& lines, const std::vector<FileColumn>& columns) {
  std::string sql = "SELECT file, line, CAST(NULL AS VARCHAR) AS \"column\", problem AS error, content FROM " +
                    quote_name(lines) + " WHERE problem IS NOT NULL";
  for (const FileColumn& column : columns) {
    const std::string type = wanted_type(request, column);
    if (lower_name(type) == "varchar" || lower_name(type) == "json") continue;
    const std::string path = quote_text(json_path(column.name));
    sql += fmt::format(
        " UNION ALL SELECT file, line, {0}, 'cannot convert ' || CAST(json_extract(content, {1}) AS VARCHAR) || {2}, "
        "content FROM good WHERE coalesce(json_type(content, {1}), 'NULL') <> 'NULL' AND {3}",
        quote_text(column.name), path, quote_text(fmt::format(" in \"{}\" to {}", column.name, type)),
        is_misfit(request, column));
  }
  return "WITH good AS MATERIALIZED (SELECT * FROM " + quote_name(lines) + kGoodLines + ") " + sql;
}

// Columns as asked for, or as DuckDB infers them from a file of the good lines alone: a line that is no object would
// make it read all of them as one column. Empty when no line has a key.
Result<std::vector<FileColumn>> columns_of(Statement& statement, const FileRequest& request, const std::string& lines) {
  if (!request.columns.empty()) return columns_to_convert(request);
  Runner& runner = statement.runner();
  const std::string good = " FROM " + quote_name(lines) + kGoodLines;
  const Rows keyed = FLOE_TRY(runner.run("SELECT count(*)" + good + " AND len(json_keys(content)) > 0"));
  if (keyed.integer(0, 0) == 0) return std::vector<FileColumn>();
  const ScratchFile file = FLOE_TRY(ScratchFile::create());
  FLOE_TRY(runner.run("COPY (SELECT content" + good + ") TO " + quote_text(file.path()) +
                      " (FORMAT csv, HEADER false, DELIMITER '', QUOTE '', ESCAPE '')"));
  FileRequest clean = request;
  clean.paths = {file.path()};
  std::erase_if(clean.options, [](const auto& option) { return option.first == "compression"; });
  clean.options.emplace_back("ignore_errors", "true");
  const std::string reader = FLOE_TRY(reader_sql(clean, nullptr));
  const auto described = FLOE_TRY(query_columns(runner, "SELECT * FROM " + reader));
  std::vector<FileColumn> columns;
  columns.reserve(described.size());
  for (const QueryColumn& column : described) {
    columns.push_back({column.name, request.text_columns ? "VARCHAR" : sql_name(column.type)});
  }
  return columns;
}

// The types that the values are to have.
Result<std::vector<QueryColumn>> wanted_columns(Runner& runner, const FileRequest& request,
                                                const std::vector<FileColumn>& columns) {
  const std::vector<DuckType> types = FLOE_TRY(column_types(runner, columns));
  std::vector<QueryColumn> wanted;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto target = request.conversions.find(lower_name(columns[i].name));
    wanted.push_back({columns[i].name, target == request.conversions.end() ? types[i] : target->second});
  }
  return wanted;
}

// Marks the lines that spell a key in another way, and takes the columns from the others.
Result<std::vector<FileColumn>> columns_of_one_spelling(Statement& statement, const FileRequest& request,
                                                        const std::string& lines) {
  const auto columns = FLOE_TRY(columns_of(statement, request, lines));
  const auto wanted = FLOE_TRY(wanted_columns(statement.runner(), request, columns));
  const bool is_marked = FLOE_TRY(mark_other_spellings(statement.runner(), lines, kGoodLines, wanted));
  return is_marked ? columns_of(statement, request, lines) : columns;
}

struct ExaminedLines {
  std::string lines;  // tables of the session
  std::string rejects;
  std::vector<FileColumn> columns;
};

Result<ExaminedLines> examine_lines(Statement& statement, const FileRequest& request) {
  ExaminedLines examined{
      fresh_name(statement.engine(), "floe_lines_"), fresh_name(statement.engine(), "floe_stage_"), {}};
  FLOE_TRY(stage_lines(statement, request, examined.lines));
  examined.columns = FLOE_TRY(columns_of_one_spelling(statement, request, examined.lines));
  FLOE_TRY(statement.runner().run("CREATE TEMP TABLE " + quote_name(examined.rejects) + " AS SELECT * FROM (" +
                                  error_query(request, examined.lines, examined.columns) + ") ORDER BY file, line"));
  return examined;
}

Error no_columns(const FileRequest& request) {
  return failf(ErrorCode::kData, "no line of `{}` is a JSON object with a key, so its columns are not known",
               request.paths.front());
}

}  // namespace

Result<SplitLines> split_json_lines(Statement& statement, const FileRequest& request) {
  Runner& runner = statement.runner();
  const ExaminedLines examined = FLOE_TRY(examine_lines(statement, request));
  if (examined.columns.empty()) return no_columns(request);
  const SplitLines split{fresh_name(statement.engine(), "floe_stage_"), examined.rejects};
  std::string list;
  for (const FileColumn& column : examined.columns) {
    if (!list.empty()) list += ", ";
    list += column_value(column) + " AS " + quote_name(column.name);
  }
  FLOE_TRY(runner.run("CREATE TEMP TABLE " + quote_name(split.rows) + " AS SELECT " + request.select +
                      " FROM (SELECT " + list + " FROM " + quote_name(examined.lines) + " l ANTI JOIN " +
                      quote_name(split.rejects) + " USING (file, line)" + kGoodLines + " ORDER BY file, line)"));
  runner.run_always("DROP TABLE " + quote_name(examined.lines));
  return split;
}

Result<Rows> bad_json_lines(Statement& statement, const FileRequest& request) {
  Runner& runner = statement.runner();
  const ExaminedLines examined = FLOE_TRY(examine_lines(statement, request));
  auto rows = runner.run("FROM " + quote_name(examined.rejects) + " ORDER BY file, line");
  runner.run_always("DROP TABLE " + quote_name(examined.lines));
  runner.run_always("DROP TABLE " + quote_name(examined.rejects));
  if (rows && rows->row_count() == 0 && examined.columns.empty()) return no_columns(request);
  return rows;
}

}  // namespace floe::duckdb_compute
