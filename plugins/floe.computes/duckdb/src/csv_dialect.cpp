#include "csv_dialect.hpp"

#include "csv_head.hpp"
#include "duck_type.hpp"
#include "methods.hpp"
#include "scratch_file.hpp"
#include "sql_text.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace floe::duckdb_compute {
namespace {

// Nothing of a header of one column, whatever the delimiter.
std::optional<std::string> delimiter_of(const CsvHead& head, CsvMarks marks) {
  marks.delimiters = {kDelimiters.begin(), kDelimiters.end()};
  const std::vector<std::string> found = read_record(head.record, marks).delimiters;
  for (const char* delimiter : kDelimiters) {
    if (std::find(found.begin(), found.end(), delimiter) != found.end()) return delimiter;
  }
  return std::nullopt;
}

void set_option(FileRequest* request, const std::string& name, const std::string& value) {
  std::erase_if(request->options, [&](const auto& option) { return option.first == name; });
  request->options.emplace_back(name, value);
}

bool has_one_layout(const CsvHead& left, const CsvHead& right) {
  return left.blank_lines == right.blank_lines && left.option == right.option;
}

// Files of one layout with the options that read it.
FileRequest with_layout(FileRequest request) {
  if (request.heads.empty() || !has_one_layout(request)) return request;
  const CsvHead first = request.heads.front();
  if (first.blank_lines > 0) set_option(&request, "skip", std::to_string(skipped_lines(request) + first.blank_lines));
  if (!first.option.first.empty() && !has_option(request, first.option.first))
    set_option(&request, first.option.first, first.option.second);
  for (CsvHead& head : request.heads) {
    head.blank_lines = 0;
    head.option = {};
  }
  return request;
}

// In order; files one after the other that are `same` stay together.
template <typename Same>
std::vector<FileRequest> split_files(const FileRequest& request, const Same& same) {
  FileRequest bare = request;
  bare.paths.clear();
  bare.heads.clear();
  std::vector<FileRequest> parts;
  for (std::size_t i = 0; i < request.paths.size(); ++i) {
    const CsvHead head = i < request.heads.size() ? request.heads[i] : CsvHead();
    if (parts.empty() || !same(parts.back().heads.back(), head)) parts.push_back(bare);
    parts.back().paths.push_back(request.paths[i]);
    parts.back().heads.push_back(head);
  }
  for (FileRequest& part : parts)
    part = with_layout(std::move(part));
  return parts;
}

// The request with the heads of its files, and without those that have no rows.
Result<FileRequest> with_heads(Statement& statement, const FileRequest& request) {
  FileRequest known = request;
  known.paths.clear();
  for (const std::string& path : request.paths) {
    const auto head = FLOE_TRY(look_at_file(statement, request, path));
    if (head && head->is_empty) continue;
    known.paths.push_back(path);
    known.heads.push_back(head.value_or(CsvHead()));
  }
  if (!known.paths.empty()) return known;
  if (!has_header(request)) return request;
  return failf(ErrorCode::kData, "{} empty; a CSV file begins with the names of its columns",
               request.paths.size() == 1
                   ? "`" + request.paths.front() + "` is"
                   : fmt::format("all {} files such as `{}` are", request.paths.size(), request.paths.front()));
}

// As DuckDB does it: `a`, `a` is `a`, `a_1`, in any case.
void make_distinct(std::vector<std::string>* names) {
  std::map<std::string, std::size_t> times;
  for (std::string& name : *names) {
    while (times.contains(lower_name(name))) {
      const std::size_t number = times[lower_name(name)]++;
      name += "_" + std::to_string(number);
    }
    times[lower_name(name)] = 1;
  }
}

// DuckDB knows how names are normalized.
Result<std::vector<std::string>> normalized_names(Statement& statement, const FileRequest& request) {
  FileRequest bare = request;
  bare.paths = {request.paths.front()};
  bare.text_columns = true;
  bare.types.clear();
  const std::string reader = FLOE_TRY(reader_sql(bare, nullptr));
  return column_names(FLOE_TRY(query_columns(statement.runner(), "SELECT * FROM " + reader)));
}

const FileColumn* find_column(const std::vector<FileColumn>& columns, std::string_view name) {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const FileColumn& column) {
    return lower_name(column.name) == lower_name(name);
  });
  return found == columns.end() ? nullptr : &*found;
}

}  // namespace

Result<FileRequest> with_delimiter(Statement& statement, const FileRequest& request) {
  FileRequest known = request;
  std::erase_if(known.options, [](const auto& option) { return option.first == "delim" && option.second == "'auto'"; });
  known = FLOE_TRY(with_heads(statement, known));
  const auto marks = marks_of(known);
  if (!marks || has_option(known, "delim") || !has_header(known)) return with_layout(std::move(known));
  std::optional<std::string> delimiter;
  std::string decided_by;
  for (std::size_t i = 0; i < known.heads.size(); ++i) {
    const auto found = delimiter_of(known.heads[i], *marks);
    if (!found) continue;
    if (delimiter && delimiter != found) {
      return failf(ErrorCode::kData, "`{}` and `{}` have different delimiters; write `options: {{delimiter: ...}}`",
                   decided_by, known.paths[i]);
    }
    delimiter = found;
    decided_by = known.paths[i];
  }
  if (delimiter) set_option(&known, "delim", quote_text(*delimiter));
  return with_layout(std::move(known));
}

std::vector<FileRequest> by_header(const FileRequest& request) {
  const bool has_names = has_header(request);
  return split_files(request, [&](const CsvHead& left, const CsvHead& right) {
    return has_one_layout(left, right) && (!has_names || left.record == right.record);
  });
}

std::vector<FileRequest> by_file(const FileRequest& request) {
  return split_files(request, [](const CsvHead&, const CsvHead&) { return false; });
}

bool has_one_layout(const FileRequest& request) {
  return std::all_of(request.heads.begin(), request.heads.end(),
                     [&](const CsvHead& head) { return has_one_layout(head, request.heads.front()); });
}

Result<std::vector<std::string>> header_names(Statement& statement, const FileRequest& request) {
  const CsvMarks marks = FLOE_TRY(marks_of(request));
  if (request.heads.empty() || request.heads.front().record.empty())
    return failf(ErrorCode::kData, "the header of `{}` cannot be read", request.paths.front());
  if (has_header(request) && has_option(request, "normalize_names")) return normalized_names(statement, request);
  std::vector<std::string> names = read_record(request.heads.front().record, marks).fields;
  for (std::size_t i = 0; i < names.size(); ++i) {
    names[i] = text::trim(names[i]);
    if (names[i].empty() || !has_header(request)) names[i] = "column" + std::to_string(i);
  }
  make_distinct(&names);
  return names;
}

Result<FileRequest> without_detection(Statement& statement, const FileRequest& request) {
  FileRequest fixed = request;
  set_option(&fixed, "auto_detect", "false");
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
  FLOE_TRY(runner.run("COPY " + quote_name(rows) + " TO " + quote_text(file.path()) + " (FORMAT csv, HEADER false)"));
  // Without names, and told the newline: names and values may have others in them.
  FileRequest clean;
  clean.paths = {file.path()};
  clean.options = {{"header", "false"}, {"new_line", "'\\n'"}};
  for (const auto& [option, value] : request.options) {
    if (option == "dateformat" || option == "timestampformat" || option == "sample_size")
      clean.options.emplace_back(option, value);
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
