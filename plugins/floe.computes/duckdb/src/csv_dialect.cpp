#include "csv_dialect.hpp"

#include "duck_type.hpp"
#include "methods.hpp"
#include "scratch_file.hpp"
#include "sql_text.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace floe::duckdb_compute {
namespace {

// Options that move the first line or leave the dialect to the sniffer.
constexpr std::array<std::string_view, 5> kOpenOptions = {"comment", "encoding", "hive_partitioning", "filename",
                                                          "union_by_name"};

std::string option_or(const FileRequest& request, std::string_view name, std::string fallback) {
  for (const auto& [option, value] : request.options) {
    if (option == name) return value;
  }
  return fallback;
}

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

bool is_text(const FileRequest& request, const std::string& name) {
  return std::find(request.text_names.begin(), request.text_names.end(), name) != request.text_names.end();
}

Result<std::string> first_line(Statement& statement, const FileRequest& request) {
  const std::string compression = option_or(request, "compression", "'auto'");
  const Rows rows = FLOE_TRY(statement.runner().run(
      "SELECT content FROM read_csv(" + quote_path(request.paths.front()) +
      ", columns = {'content': 'VARCHAR'}, delim = '', quote = '', escape = '', header = false, auto_detect = false, "
      "max_line_size = 67108864, compression = " +
      compression + ") LIMIT 1 OFFSET " + option_or(request, "skip", "0")));
  if (rows.row_count() == 0 || rows.is_null(0, 0)) {
    return failf(ErrorCode::kData, "`{}` is empty; a CSV file begins with the names of its columns",
                 request.paths.front());
  }
  std::string line = rows.text(0, 0);
  if (line.rfind("\xEF\xBB\xBF", 0) == 0) line.erase(0, 3);
  return line;
}

}  // namespace

Result<FileRequest> without_detection(Statement& statement, const FileRequest& request) {
  const auto delimiter = character_of(request, "delim", "','");
  const auto quote = character_of(request, "quote", "'\"'");
  const bool open = std::any_of(request.options.begin(), request.options.end(), [](const auto& option) {
    return std::find(kOpenOptions.begin(), kOpenOptions.end(), option.first) != kOpenOptions.end();
  });
  if (!delimiter || !quote || open) return fail(ErrorCode::kUnsupported, "the options leave the dialect open");
  const std::string line = FLOE_TRY(first_line(statement, request));
  FileRequest fixed = request;
  fixed.options.emplace_back("auto_detect", "false");
  if (!fixed.columns.empty()) return fixed;
  const bool has_header = option_or(request, "header", "true") == "true";
  for (std::string& name : split_line(line, *delimiter, *quote)) {
    if (!has_header || name.empty()) name = "column" + std::to_string(fixed.columns.size());
    fixed.columns.push_back({std::move(name), "VARCHAR"});
  }
  return fixed;
}

Result<FileRequest> with_inferred_types(Statement& statement, const FileRequest& request, const std::string& rows) {
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
  FileRequest typed = request;
  for (std::size_t i = 0; i < typed.columns.size() && i < described.size(); ++i)
    typed.columns[i].sql_type = is_text(request, typed.columns[i].name) ? "VARCHAR" : sql_name(described[i].type);
  return typed;
}

}  // namespace floe::duckdb_compute
