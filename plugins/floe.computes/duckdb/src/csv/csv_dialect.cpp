#include "csv/csv_dialect.hpp"

#include "csv/csv_head.hpp"
#include "engine/duck_type.hpp"
#include "engine/methods.hpp"
#include "engine/scratch_file.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace floe::duckdb_compute {
namespace {

// `;`, or tab as a person writes it.
std::string shown(const std::string& delimiter) { return delimiter == "\t" ? "\\t" : delimiter; }

// The first row has as many fields as the header. A row longer than what is known of it has fewer.
bool fits_first_row(const CsvHead& head, CsvMarks marks, const std::string& delimiter) {
  marks.delimiters = {delimiter};
  const std::size_t begin = std::min(head.rows.find_first_not_of("\r\n"), head.rows.size());
  const CsvRecord row = read_record(std::string_view(head.rows).substr(begin), marks);
  return row.length > 0 && row.fields.size() == read_record(head.record, marks).fields.size();
}

// Nothing of a header of one column, whatever the delimiter. kData when its first row fits several, or none.
Result<std::optional<std::string>> delimiter_of(const CsvHead& head, CsvMarks marks, const std::string& path) {
  marks.delimiters = {kDelimiters.begin(), kDelimiters.end()};
  const std::vector<std::string> found = read_record(head.record, marks).delimiters;
  std::vector<std::string> fitting = found;
  if (found.size() > 1) std::erase_if(fitting, [&](const auto& one) { return !fits_first_row(head, marks, one); });
  if (found.empty()) return std::nullopt;
  if (fitting.size() == 1) return fitting.front();
  return failf(
      ErrorCode::kData,
      "the header of `{}` has both `{}` and `{}`, and its first row does not say which is the delimiter; write "
      "`options: {{delimiter: \"{}\"}}`, or the other",
      path, shown(found[0]), shown(found[1]), shown(found[0]));
}

// Nothing when each header has one column.
Result<std::optional<std::string>> delimiter_of_all(const FileRequest& request, const CsvMarks& marks) {
  std::optional<std::string> delimiter;
  std::string decided_by;
  for (std::size_t i = 0; i < request.heads.size(); ++i) {
    const auto found = FLOE_TRY(delimiter_of(request.heads[i], marks, request.paths[i]));
    if (!found) continue;
    if (delimiter && delimiter != found) {
      return failf(ErrorCode::kData, "`{}` and `{}` have different delimiters; write `options: {{delimiter: ...}}`",
                   decided_by, request.paths[i]);
    }
    delimiter = found;
    decided_by = request.paths[i];
  }
  return delimiter;
}

// To a table `v`, `V` and `v ` are one name: DuckDB would number them in the order of each file. A name that is there
// twice as it is has a number in any order.
Status check_names(const CsvHead& head, const CsvMarks& marks, const std::string& path) {
  const std::vector<std::string> fields = read_record(head.record, marks).fields;
  // To DuckDB a mark is the beginning of a name, which is not quoted then.
  if (head.has_mark && fields.size() != read_record("_" + head.record, marks).fields.size()) {
    return failf(ErrorCode::kData,
                 "`{}` has a byte order mark before a quoted name with a delimiter in it, which DuckDB does not read; "
                 "write the file without the mark",
                 path);
  }
  std::map<std::string, std::string> names;
  for (const std::string& name : fields) {
    if (text::trim(name).empty()) continue;
    const auto [known, is_new] = names.emplace(lower_name(text::trim(name)), name);
    if (is_new || known->second == name) continue;
    return failf(ErrorCode::kData,
                 "the header of `{}` has both `{}` and `{}`, which are one column to a table; rename one of them", path,
                 known->second, name);
  }
  return ok();
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
  auto marks = marks_of(known);
  if (!marks || !has_header(known)) return with_layout(std::move(known));
  if (!has_option(known, "delim")) {
    if (const auto delimiter = FLOE_TRY(delimiter_of_all(known, *marks))) {
      set_option(&known, "delim", quote_text(*delimiter));
      marks->delimiters = {*delimiter};
    }
  }
  for (std::size_t i = 0; i < known.heads.size(); ++i)
    FLOE_TRY(check_names(known.heads[i], *marks, known.paths[i]));
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
