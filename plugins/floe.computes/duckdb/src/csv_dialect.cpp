#include "csv_dialect.hpp"

#include "duck_type.hpp"
#include "methods.hpp"
#include "scratch_file.hpp"
#include "sql_text.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

namespace floe::duckdb_compute {
namespace {

// Options with columns that the first line does not name.
constexpr std::array<std::string_view, 3> kOpenOptions = {"hive_partitioning", "filename", "union_by_name"};

// The character of a SQL text such as '"'; nothing when the sniffer shall find it.
std::optional<char> character_of(const FileRequest& request, std::string_view name, const char* fallback) {
  const std::string value = option_or(request, name, fallback);
  if (value == "''''") return '\'';
  if (value.size() != 3 || value.front() != '\'' || value.back() != '\'') return std::nullopt;
  return value[1];
}

std::vector<std::string> split_line(std::string_view line, char delimiter, char quote) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == quote && quoted && i + 1 < line.size() && line[i + 1] == quote) {
      fields.back() += line[i++];
    } else if (line[i] == quote) {
      quoted = !quoted;
    } else if (line[i] == delimiter && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += line[i];
    }
  }
  return fields;
}

// DuckDB's errors say `CSV Error on Line: 7`.
std::int64_t line_of(const Error& error) {
  const std::string_view label = "CSV Error on Line: ";
  const std::size_t at = error.message.find(label);
  return at == std::string::npos ? 0 : std::atoll(error.message.c_str() + at + label.size());
}

// Without a value when there is no such line, NULL when it is empty.
Result<Rows> read_first_line(Statement& statement, const FileRequest& request, const std::string& path,
                             const char* more) {
  std::string options;
  for (const char* option : {"compression", "encoding", "comment"}) {
    if (has_option(request, option)) options += fmt::format(", {} = {}", option, option_or(request, option, ""));
  }
  return statement.runner().run(
      "SELECT content FROM read_csv(" + quote_path(path) +
      ", columns = {'content': 'VARCHAR'}, delim = '', quote = '', escape = '', header = false, auto_detect = false" +
      options + more + ") LIMIT 1 OFFSET " + option_or(request, "skip", "0"));
}

// Nothing of a file without lines.
Result<std::optional<std::string>> first_line(Statement& statement, const FileRequest& request,
                                              const std::string& path) {
  auto rows = read_first_line(statement, request, path, "");
  // A later line that cannot be read is none of the first one's business.
  if (!rows && line_of(rows.error()) > 1 + std::atoll(option_or(request, "skip", "0").c_str())) {
    rows = read_first_line(statement, request, path, ", ignore_errors = true");
  }
  if (!rows) return encoding_error(path, std::move(rows).error());
  if (rows->row_count() == 0) return std::optional<std::string>();
  std::string line = rows->is_null(0, 0) ? "" : rows->text(0, 0);
  if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
  return std::optional<std::string>(std::move(line));
}

// The first line with the names of the columns.
Result<std::string> header_line(Statement& statement, const FileRequest& request, const std::string& path) {
  const auto line = FLOE_TRY(first_line(statement, request, path));
  if (!line) return failf(ErrorCode::kData, "`{}` is empty; a CSV file begins with the names of its columns", path);
  if (text::trim(*line).empty()) {
    return failf(ErrorCode::kData,
                 "`{}` begins with an empty line instead of the names of its columns; `options: {{skip: N}}` leaves "
                 "out the first N lines",
                 path);
  }
  return *line;
}

// Which of the usual delimiters a line has most of; nothing when it has none.
std::optional<char> delimiter_of(std::string_view line, char quote) {
  std::optional<char> best;
  std::size_t most = 1;
  for (const char delimiter : {',', ';', '\t', '|'}) {
    const std::size_t fields = split_line(line, delimiter, quote).size();
    if (fields > most) best = delimiter;
    most = std::max(most, fields);
  }
  return best;
}

const FileColumn* find_column(const std::vector<FileColumn>& columns, std::string_view name) {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const FileColumn& column) {
    return lower_name(column.name) == lower_name(name);
  });
  return found == columns.end() ? nullptr : &*found;
}

}  // namespace

Error encoding_error(const std::string& path, Error error) {
  if (error.message.find("does not support the encoding") != std::string::npos) {
    return fail(ErrorCode::kInvalidArgument, "unknown encoding; known are utf-8, utf-16, latin-1")
        .with_detail("floe.option", "encoding");
  }
  // Of UTF-16 every other byte is 0, which DuckDB shows as \0.
  const std::size_t original = std::min(error.message.find("Original Line: "), error.message.size());
  const std::string shown = error.message.substr(original, error.message.find('\n', original) - original);
  const bool is_foreign =
      error.message.find("not utf-8 encoded") != std::string::npos || shown.find("\\0") != std::string::npos;
  if (!is_foreign) return error;
  const std::int64_t line = line_of(error);
  return failf(ErrorCode::kData,
               "`{}` is not UTF-8{}; say what it is, such as `options: {{encoding: latin-1}}` or `utf-16`", path,
               line > 0 ? fmt::format(" in line {}", line) : "");
}

Result<FileRequest> with_delimiter(Statement& statement, const FileRequest& request) {
  FileRequest known = request;
  std::erase_if(known.options, [](const auto& option) { return option.first == "delim" && option.second == "'auto'"; });
  const char quote = character_of(known, "quote", "'\"'").value_or('"');
  std::optional<char> delimiter;
  std::string decided_by;
  for (const std::string& path : known.paths) {
    std::string line;
    if (has_header(known)) {
      line = FLOE_TRY(header_line(statement, known, path));
      known.headers.push_back(line);
    } else {
      line = FLOE_TRY(first_line(statement, known, path)).value_or("");
    }
    const auto found = delimiter_of(line, quote);
    if (!found || has_option(known, "delim")) continue;
    if (delimiter && delimiter != found) {
      return failf(ErrorCode::kData, "`{}` and `{}` have different delimiters; write `options: {{delimiter: ...}}`",
                   decided_by, path);
    }
    delimiter = found;
    decided_by = path;
  }
  if (delimiter) known.options.emplace_back("delim", quote_text(std::string(1, *delimiter)));
  return known;
}

std::vector<FileRequest> with_one_header(const FileRequest& request) {
  std::vector<FileRequest> parts;
  for (std::size_t i = 0; i < request.paths.size(); ++i) {
    const std::string header = i < request.headers.size() ? request.headers[i] : "";
    if (parts.empty() || parts.back().headers.back() != header) {
      parts.push_back(request);
      parts.back().paths.clear();
      parts.back().headers.clear();
    }
    parts.back().paths.push_back(request.paths[i]);
    parts.back().headers.push_back(header);
  }
  return parts;
}

Result<std::vector<std::string>> header_names(Statement& statement, const FileRequest& request) {
  const auto delimiter = character_of(request, "delim", "','");
  const auto quote = character_of(request, "quote", "'\"'");
  if (!delimiter || !quote) return fail(ErrorCode::kUnsupported, "the options leave the dialect open");
  const std::string line = FLOE_TRY(header_line(statement, request, request.paths.front()));
  std::vector<std::string> names = split_line(line, *delimiter, *quote);
  for (std::size_t i = 0; i < names.size(); ++i) {
    names[i] = text::trim(names[i]);
    if (names[i].empty() || !has_header(request)) names[i] = "column" + std::to_string(i);
  }
  return names;
}

Result<FileRequest> without_detection(Statement& statement, const FileRequest& request) {
  const bool open = std::any_of(request.options.begin(), request.options.end(), [](const auto& option) {
    return std::find(kOpenOptions.begin(), kOpenOptions.end(), option.first) != kOpenOptions.end();
  });
  if (open || with_one_header(request).size() > 1)
    return fail(ErrorCode::kUnsupported, "the options leave the dialect open");
  FileRequest fixed = request;
  fixed.options.emplace_back("auto_detect", "false");
  if (!fixed.columns.empty()) return fixed;
  for (std::string& name : FLOE_TRY(header_names(statement, request))) {
    const FileColumn* typed = find_column(request.types, name);
    fixed.columns.push_back({std::move(name), typed == nullptr ? "VARCHAR" : typed->sql_type});
  }
  fixed.types.clear();
  return fixed;
}

Result<FileRequest> with_inferred_types(Statement& statement, const FileRequest& request,
                                        const std::vector<FileColumn>& types, const std::string& rows) {
  Runner& runner = statement.runner();
  const ScratchFile file = FLOE_TRY(ScratchFile::create());
  FLOE_TRY(runner.run("COPY " + quote_name(rows) + " TO " + quote_text(file.path()) + " (FORMAT csv, HEADER true)"));
  FileRequest clean;
  clean.paths = {file.path()};
  for (const auto& [option, value] : request.options) {
    if (option == "dateformat" || option == "timestampformat") clean.options.emplace_back(option, value);
  }
  const std::string reader = FLOE_TRY(reader_sql(clean, nullptr));
  const auto described = FLOE_TRY(query_columns(runner, "SELECT * FROM " + reader));
  const bool has_format = has_option(request, "dateformat") || has_option(request, "timestampformat") ||
                          has_option(request, "decimal_separator") || has_option(request, "thousands");
  FileRequest typed = request;
  for (std::size_t i = 0; i < typed.columns.size() && i < described.size(); ++i) {
    const FileColumn* known = find_column(types, typed.columns[i].name);
    FileColumn& column = typed.columns[i];
    column.sql_type = known == nullptr ? sql_name(described[i].type) : known->sql_type;
    // Inferred with a date format that the reader, which detects nothing, would not find.
    const Rows lost = FLOE_TRY(runner.run("SELECT count(*) FROM " + quote_name(rows) + " WHERE " +
                                          quote_name(column.name) + " IS NOT NULL AND TRY_CAST(" +
                                          quote_name(column.name) + " AS " + column.sql_type + ") IS NULL"));
    if (known == nullptr && !has_format && lost.integer(0, 0) > 0) column.sql_type = "VARCHAR";
  }
  return typed;
}

}  // namespace floe::duckdb_compute
