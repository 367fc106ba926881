#include "read/json_lines.hpp"

#include "convert/conversion.hpp"
#include "convert/key_spelling.hpp"
#include "convert/text_kinds.hpp"
#include "convert/time_texts.hpp"
#include "convert/type_leaves.hpp"
#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "engine/raw_lines.hpp"
#include "engine/scratch_file.hpp"
#include "json_depth.h"
#include "read/path_columns.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace floe::duckdb_compute {
namespace {

struct LineColumn {
  FileColumn column;    // as it is read
  DuckType type;        // of `column`
  std::string key;      // as the lines spell it
  std::string of_path;  // the column of the table of lines that has it instead of a key
};

struct ExaminedLines {
  std::string lines;  // tables of the session
  std::string rejects;
  std::vector<FileColumn> path_columns;
  std::vector<LineColumn> columns;
};

std::string path_column(std::size_t index) { return "floe_path_" + std::to_string(index); }

// What is wrong with a line as a whole. DuckDB evaluates a WHEN only for the rows the ones before it left.
std::string line_problem() {
  return fmt::format(
      "CASE WHEN coalesce(trim(content), '') = '' THEN NULL "
      "WHEN floe_json_levels(content) > {0} THEN "
      "format('the line nests {{:d}} levels deep, more than the {0} that are read', floe_json_levels(content)) "
      "WHEN NOT json_valid(content) OR json_type(content) <> 'OBJECT' THEN 'the line is not a JSON object' "
      "WHEN list_contains(json_keys(content), '') THEN 'a key is empty, so it cannot name a column' "
      "ELSE floe_json_key_fault(content) END",
      floe_duckdb_json_depth());
}

// The lines that are objects, and not blank.
constexpr const char* kGoodLines = " WHERE problem IS NULL AND coalesce(trim(content), '') <> ''";

// The physical lines of one file. `text`: SQL of the bytes of a line as text; NULL when they are none.
std::string insert_lines(const std::string& table, const std::string& path, const std::string& lines,
                         const std::string& text, const std::string& path_values) {
  return fmt::format(
      "INSERT INTO {0} SELECT {1}, floe_line, coalesce(content, floe_bytes), CASE WHEN content IS NULL AND floe_bytes "
      "IS NOT NULL THEN 'the line is not UTF-8' ELSE {2} END{3} FROM (SELECT *, {4} AS content FROM (SELECT "
      "row_number() OVER () AS floe_line, content AS floe_bytes, * EXCLUDE (content) FROM {5}))",
      quote_name(table), quote_text(path), line_problem(), path_values, text, lines);
}

// DuckDB reads no line of a file that has bytes which are not UTF-8; as Latin-1 it reads all of them.
Status stage_lines_of(Statement& statement, const FileRequest& request, const std::string& table,
                      const std::string& path, const std::string& options, const std::string& path_values) {
  // read_json lets a line be twice as long as its option says.
  const std::uint64_t longest = 2 * longest_line(request);
  const auto staged = statement.runner().run(
      insert_lines(table, path, raw_lines(request, {path}, longest, options), "floe_bytes", path_values));
  if (staged) return ok();
  if (staged.error().message.find("not utf-8 encoded") == std::string::npos) return staged.error();
  const std::string bytes = raw_lines(request, {path}, longest, options + ", encoding = 'latin-1'");
  FLOE_TRY(statement.runner().run(insert_lines(table, path, bytes, "floe_utf8_of_latin1(floe_bytes)", path_values)));
  return ok();
}

// Every physical line of every file, with its number, what is wrong with it, and the columns of its path.
Status stage_lines(Statement& statement, const FileRequest& request, const std::string& table,
                   const std::vector<FileColumn>& of_paths) {
  std::string defined;
  std::string values;
  for (std::size_t i = 0; i < of_paths.size(); ++i) {
    defined += ", " + path_column(i) + " VARCHAR";
    values += ", " + quote_name(of_paths[i].name);
  }
  const std::string options = path_options(request, of_paths);
  FLOE_TRY(statement.runner().run("CREATE TEMP TABLE " + quote_name(table) +
                                  " (file VARCHAR, line BIGINT, content VARCHAR, problem VARCHAR" + defined + ")"));
  const Rows files = FLOE_TRY(statement.runner().run("SELECT file FROM glob(" + quote_paths(request.paths) + ")"));
  std::vector<std::string> paths;
  paths.reserve(files.row_count());
  for (idx_t i = 0; i < files.row_count(); ++i)
    paths.push_back(files.text(0, i));
  if (paths.empty()) paths = request.paths;
  for (const std::string& path : paths)
    FLOE_TRY(stage_lines_of(statement, request, table, path, options, values));
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

// The value of a key of a line that is JSON, as one whose text is looked at; nothing of it is changed.
std::string text_value(const std::string& path) {
  return "CASE json_type(content, " + path + ") WHEN 'VARCHAR' THEN json_extract_string(content, " + path +
         ") WHEN 'NULL' THEN NULL ELSE CAST(json_extract(content, " + path + ") AS VARCHAR) END";
}

std::string json_value(const std::string& path) {
  return "CASE WHEN json_type(content, " + path + ") <> 'NULL' THEN json_extract(content, " + path + ") END";
}

bool has_time_format(const FileRequest& request, const DuckType& type) {
  const std::vector<LeafPath> leaves = leaves_of(type);
  return std::any_of(leaves.begin(), leaves.end(), [&](const LeafPath& path) {
    const DuckType& leaf = leaf_at(type, path);
    return is_time_type(leaf) && !time_format(request, leaf).empty();
  });
}

// DuckDB's cast of JSON knows no formats.
Conversion by_formats(const FileRequest& request, const LineColumn& column) {
  const std::string path = quote_text(json_path(column.key));
  const DuckType source = source_type(column.type);
  return convert(request, source, column.type, is_json(source) ? json_value(path) : text_value(path), true);
}

// The value of one column of a line that is JSON; NULL when it does not convert.
std::string column_value(const FileRequest& request, const LineColumn& column) {
  if (!column.of_path.empty()) return "CAST(" + column.of_path + " AS " + column.column.sql_type + ")";
  const std::string path = quote_text(json_path(column.key));
  const std::string type = lower_name(column.column.sql_type);
  if (type == "varchar") return text_value(path);
  if (type == "json") return json_value(path);
  if (has_time_format(request, column.type)) return by_formats(request, column).cast;
  return "TRY_CAST(json_extract(content, " + path + ") AS " + column.column.sql_type + ")";
}

const DuckType* conversion_of(const FileRequest& request, const LineColumn& column) {
  const auto target = request.conversions.find(lower_name(column.column.name));
  return target == request.conversions.end() ? nullptr : &target->second;
}

// Whether the value of one column of a good line has no place in its type.
std::string is_misfit(const FileRequest& request, const LineColumn& column) {
  const std::string value = column_value(request, column);
  const DuckType* target = conversion_of(request, column);
  if (target != nullptr) return convert(request, source_type(*target), *target, value, true).fails;
  return has_time_format(request, column.type) ? by_formats(request, column).fails : value + " IS NULL";
}

std::string wanted_type(const FileRequest& request, const LineColumn& column) {
  const DuckType* target = conversion_of(request, column);
  return target == nullptr ? column.column.sql_type : sql_name(*target);
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

std::string error_query(const FileRequest& request, const std::string& lines, const std::vector<LineColumn>& columns) {
  std::string sql = "SELECT file, line, CAST(NULL AS VARCHAR) AS \"column\", problem AS error, content FROM " +
                    quote_name(lines) + " WHERE problem IS NOT NULL";
  for (const LineColumn& column : columns) {
    const std::string type = wanted_type(request, column);
    if (lower_name(type) == "varchar" || lower_name(type) == "json" || !column.of_path.empty()) continue;
    const std::string path = quote_text(json_path(column.key));
    sql += fmt::format(
        " UNION ALL SELECT file, line, {0}, 'cannot convert ' || CAST(json_extract(content, {1}) AS VARCHAR) || {2}, "
        "content FROM good WHERE coalesce(json_type(content, {1}), 'NULL') <> 'NULL' AND {3}",
        quote_text(column.column.name), path, quote_text(fmt::format(" in \"{}\" to {}", column.column.name, type)),
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
  std::erase_if(clean.options,
                [](const auto& option) { return option.first == "compression" || option.first == "filename"; });
  set_option(&clean, "hive_partitioning", "false");
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

// Marks the lines that spell a key in another way, and takes the columns from the others.
Result<std::vector<FileColumn>> columns_of_one_spelling(Statement& statement, const FileRequest& request,
                                                        const std::string& lines) {
  const auto columns = FLOE_TRY(columns_of(statement, request, lines));
  const std::vector<DuckType> types = FLOE_TRY(column_types(statement.runner(), columns));
  std::vector<QueryColumn> wanted;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto target = request.conversions.find(lower_name(columns[i].name));
    wanted.push_back({columns[i].name, target == request.conversions.end() ? types[i] : target->second});
  }
  const bool is_marked = FLOE_TRY(mark_other_spellings(statement.runner(), lines, kGoodLines, wanted));
  return is_marked ? columns_of(statement, request, lines) : columns;
}

// The keys of the good lines by their names in lower case.
Result<std::map<std::string, std::string>> keys_of(Runner& runner, const std::string& lines) {
  const Rows rows =
      FLOE_TRY(runner.run("SELECT DISTINCT unnest(json_keys(content)) FROM " + quote_name(lines) + kGoodLines));
  std::map<std::string, std::string> keys;
  for (idx_t row = 0; row < rows.row_count(); ++row)
    keys.emplace(lower_name(rows.text(0, row)), rows.text(0, row));
  return keys;
}

// Columns that were inferred, or are declared in another case than the lines have. A column of the path is it, whatever
// key the lines have.
Result<std::vector<LineColumn>> line_columns(Statement& statement, const FileRequest& request,
                                             const ExaminedLines& examined) {
  const auto columns = FLOE_TRY(columns_of_one_spelling(statement, request, examined.lines));
  const auto keys = FLOE_TRY(keys_of(statement.runner(), examined.lines));
  const std::vector<DuckType> types = FLOE_TRY(column_types(statement.runner(), columns));
  std::vector<LineColumn> found;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto key = keys.find(lower_name(columns[i].name));
    found.push_back({columns[i], types[i], key == keys.end() ? columns[i].name : key->second, ""});
  }
  const bool is_asked = request.columns.empty() || request.select != "*";
  for (std::size_t i = 0; i < examined.path_columns.size(); ++i) {
    const FileColumn& of_path = examined.path_columns[i];
    const auto same = std::find_if(found.begin(), found.end(), [&](const LineColumn& one) {
      return lower_name(one.column.name) == lower_name(of_path.name);
    });
    if (same != found.end()) {
      same->of_path = path_column(i);
      if (request.columns.empty()) same->column = of_path;
    } else if (is_asked && !found.empty()) {
      found.push_back({of_path, {}, of_path.name, path_column(i)});
    }
  }
  return found;
}

Result<ExaminedLines> examine_lines(Statement& statement, const FileRequest& request) {
  FLOE_TRY(check_line_lengths(statement, request));
  ExaminedLines examined{fresh_name(statement.engine(), "floe_lines_"),
                         fresh_name(statement.engine(), "floe_stage_"),
                         FLOE_TRY(path_columns(statement, request)),
                         {}};
  FLOE_TRY(stage_lines(statement, request, examined.lines, examined.path_columns));
  examined.columns = FLOE_TRY(line_columns(statement, request, examined));
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
  for (const LineColumn& column : examined.columns) {
    if (!list.empty()) list += ", ";
    list += column_value(request, column) + " AS " + quote_name(column.column.name);
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
