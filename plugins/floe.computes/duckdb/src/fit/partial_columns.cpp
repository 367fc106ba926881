#include "fit/partial_columns.hpp"

#include "csv/csv_dialect.hpp"
#include "csv/declared_columns.hpp"
#include "engine/methods.hpp"
#include "engine/raw_lines.hpp"
#include "engine/row_numbers.hpp"
#include "sql/sql_text.hpp"
#include "sql/unused_name.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace floe::duckdb_compute {
namespace {

using Names = std::set<std::string>;  // in lower case

// Files one after the other that have the same of the columns in question.
struct FileGroup {
  std::vector<std::string> paths;
  Names names;
};

// A column without NULL is in every file that has rows.
Result<std::vector<std::string>> columns_with_null(Runner& runner, const std::string& staged) {
  const auto columns = FLOE_TRY(table_columns(runner, staged));
  std::string list;
  for (const QueryColumn& column : columns)
    list += (list.empty() ? "" : ", ") + ("count(*) - count(" + quote_name(column.name) + ")");
  const Rows nulls = FLOE_TRY(runner.run("SELECT " + list + " FROM " + quote_name(staged)));
  std::vector<std::string> names;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (nulls.integer(i, 0) > 0) names.push_back(columns[i].name);
  }
  return names;
}

// The keys of all lines: DuckDB infers columns from the first ones when an option says so.
Result<Names> json_keys(Statement& statement, const FileRequest& request) {
  const std::string lines = raw_lines(request, {request.paths.front()}, 2 * longest_line(request));
  const Rows rows =
      FLOE_TRY(statement.runner().run("SELECT DISTINCT unnest(keys) FROM (SELECT CASE WHEN json_valid(content) THEN "
                                      "json_keys(content) END AS keys FROM " +
                                      lines + ")"));
  Names names;
  for (idx_t row = 0; row < rows.row_count(); ++row)
    names.insert(lower_name(rows.text(0, row)));
  return names;
}

Result<Names> names_of_file(Statement& statement, const FileRequest& file) {
  if (file.format == FileFormat::kJsonLines) return json_keys(statement, file);
  Names names;
  for (const std::string& name : FLOE_TRY(file_names(statement, file)))
    names.insert(lower_name(name));
  return names;
}

// Each file alone, as it is read with the others.
Result<std::vector<FileRequest>> single_files(Statement& statement, const FileRequest& request) {
  if (request.format == FileFormat::kCsv) return by_file(FLOE_TRY(with_delimiter(statement, request)));
  std::vector<FileRequest> files;
  for (const std::string& path : request.paths) {
    files.push_back(request);
    files.back().paths = {path};
  }
  return files;
}

Names names_among(const std::vector<std::string>& wanted, const Names& names) {
  Names among;
  for (const std::string& name : wanted) {
    if (names.contains(lower_name(name))) among.insert(lower_name(name));
  }
  return among;
}

Result<std::vector<FileGroup>> group_files(Statement& statement, const std::vector<FileRequest>& files,
                                           const std::vector<std::string>& doubtful) {
  std::vector<FileGroup> groups;
  for (const FileRequest& file : files) {
    const Names names = names_among(doubtful, FLOE_TRY(names_of_file(statement, file)));
    if (groups.empty() || groups.back().names != names) groups.push_back({{}, names});
    groups.back().paths.push_back(file.paths.front());
  }
  return groups;
}

// How `request` reads some of its files: with the delimiter that all of them have, and without declared columns that
// these lack. Types are of no account but where a value that does not convert makes its row malformed.
FileRequest request_of(const FileRequest& request, const FileRequest& any_file, const FileGroup& group,
                       const std::vector<std::string>& doubtful) {
  FileRequest part = request;
  part.paths = group.paths;
  if (has_option(any_file, "delim") && !has_option(part, "delim"))
    part.options.emplace_back("delim", option_or(any_file, "delim", ""));
  std::erase_if(part.columns, [&](const FileColumn& column) {
    return std::any_of(doubtful.begin(), doubtful.end(),
                       [&](const std::string& name) { return lower_name(name) == lower_name(column.name); }) &&
           !group.names.contains(lower_name(column.name));
  });
  part.types.clear();
  part.text_columns = part.columns.empty();
  part.finds_inexact = false;
  return part;
}

bool is_partial(const std::string& name, const std::vector<FileGroup>& groups) {
  return std::any_of(groups.begin(), groups.end(),
                     [&](const FileGroup& group) { return !group.names.contains(lower_name(name)); });
}

// Markers that are false in every row.
Result<std::vector<PartialColumn>> add_markers(Runner& runner, const std::string& staged,
                                               const std::vector<std::string>& names) {
  std::vector<std::string> taken = column_names(FLOE_TRY(table_columns(runner, staged)));
  std::vector<PartialColumn> partial;
  for (const std::string& name : names) {
    partial.push_back({name, unused_name("floe_has_" + std::to_string(partial.size() + 1), taken)});
    FLOE_TRY(runner.run("ALTER TABLE " + quote_name(staged) + " ADD COLUMN " + quote_name(partial.back().marker) +
                        " BOOLEAN DEFAULT false"));
  }
  return partial;
}

// For each group the number of the first row after it.
Result<std::vector<std::int64_t>> ends_of(const FileRequest& request, const FileRequest& any_file,
                                          const std::vector<FileGroup>& groups,
                                          const std::vector<std::string>& doubtful, const CountRows& count_rows) {
  std::vector<std::int64_t> ends;
  std::int64_t end = 0;
  for (const FileGroup& group : groups) {
    end += FLOE_TRY(count_rows(request_of(request, any_file, group, doubtful)));
    ends.push_back(end);
  }
  return ends;
}

// SQL of the rows whose files have the column.
std::string rows_with(const std::string& name, const std::vector<FileGroup>& groups,
                      const std::vector<std::int64_t>& ends) {
  std::string condition = "false";
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!groups[i].names.contains(lower_name(name))) continue;
    const std::int64_t begin = i == 0 ? 0 : ends[i - 1];
    condition += fmt::format(" OR (rowid >= {} AND rowid < {})", begin, ends[i]);
  }
  return condition;
}

Status fill_markers(Runner& runner, const std::string& staged, const std::vector<PartialColumn>& partial,
                    const std::vector<FileGroup>& groups, const std::vector<std::int64_t>& ends) {
  RowNumbers numbers(runner, staged);
  const auto columns = FLOE_TRY(table_columns(runner, staged));
  FLOE_TRY(numbers.show(columns));
  const Rows count = FLOE_TRY(runner.run("SELECT count(*) FROM " + quote_name(staged)));
  if (count.integer(0, 0) != ends.back()) {
    return failf(ErrorCode::kData, "files changed while they were read: they had {}, now they have {}",
                 text::counted(count.integer(0, 0), "row"), text::counted(ends.back(), "row"));
  }
  for (const PartialColumn& column : partial) {
    FLOE_TRY(runner.run("UPDATE " + quote_name(staged) + " SET " + quote_name(column.marker) + " = true WHERE " +
                        rows_with(column.name, groups, ends)));
  }
  return ok();
}

}  // namespace

Result<std::vector<PartialColumn>> mark_partial_columns(Statement& statement, const FileRequest& request,
                                                        const std::string& staged, const CountRows& count_rows) {
  Runner& runner = statement.runner();
  std::vector<std::string> doubtful = FLOE_TRY(columns_with_null(runner, staged));
  if (doubtful.empty()) return std::vector<PartialColumn>();
  const auto files = FLOE_TRY(single_files(statement, request));
  const auto groups = FLOE_TRY(group_files(statement, files, doubtful));
  std::vector<std::string> names = doubtful;
  std::erase_if(names, [&](const std::string& name) { return !is_partial(name, groups); });
  if (names.empty()) return std::vector<PartialColumn>();
  auto partial = FLOE_TRY(add_markers(runner, staged, names));
  if (groups.size() == 1) return partial;  // no file has them
  const auto ends = FLOE_TRY(ends_of(request, files.front(), groups, doubtful, count_rows));
  FLOE_TRY(fill_markers(runner, staged, partial, groups, ends));
  return partial;
}

}  // namespace floe::duckdb_compute
