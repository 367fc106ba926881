#include "read/parquet_schemas.hpp"

#include "engine/engine.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace floe::duckdb_compute {
namespace {

constexpr std::int64_t kMostDigits = 38;

bool is_loaded(const FileRequest& request, const std::string& name) {
  return request.columns.empty() ||
         std::any_of(request.columns.begin(), request.columns.end(),
                     [&](const FileColumn& column) { return lower_name(column.name) == lower_name(name); });
}

// An element of a schema with children.
struct Group {
  std::int64_t left = 0;                     // children that are still to come
  std::map<std::string, std::string> names;  // of its children, by their lower case
};

// The elements of a Parquet schema stand in depth-first order, each with the number of its children: those of the root
// are the columns.
class SchemaWalk {
 public:
  void next(const std::string& name, std::int64_t children) {
    other_.clear();
    if (!open_.empty()) {
      if (open_.size() == 1) column_ = name;
      const auto [known, is_new] = open_.back().names.emplace(lower_name(name), name);
      if (!is_new) other_ = known->second;
      --open_.back().left;
    }
    open_.push_back({.left = children, .names = {}});
    while (!open_.empty() && open_.back().left == 0)
      open_.pop_back();
  }

  // The column that the last element is, or is in; empty of the root.
  [[nodiscard]] const std::string& column() const { return column_; }

  // An element beside the last one with the same name, in any case; else empty.
  [[nodiscard]] const std::string& other() const { return other_; }

 private:
  std::vector<Group> open_;  // from the root down
  std::string column_;
  std::string other_;
};

Error too_wide(const std::string& path, const std::string& column, std::int64_t digits, std::int64_t scale) {
  return failf(
             ErrorCode::kData,
             "column `{}` of `{}` has the type DECIMAL({}, {}); a DECIMAL has at most {} digits: write the column with "
             "fewer, or as text",
             column, path, digits, scale, kMostDigits)
      .with_detail("floe.column", column);
}

Error one_name(const std::string& path, const std::string& one, const std::string& other) {
  return failf(ErrorCode::kData, "`{}` has both `{}` and `{}`, which are one name to a table; rename one of them", path,
               one, other);
}

Status check_file(Statement& statement, const FileRequest& request, const std::string& path) {
  const auto schema = statement.runner().run(
      "SELECT name, coalesce(num_children, 0), coalesce(\"precision\", 0), "
      "coalesce(scale, 0) FROM parquet_schema(" +
      quote_path(path) + ")");
  FLOE_TRY(statement.runner().check());
  if (!schema) return ok();
  SchemaWalk walk;
  for (idx_t row = 0; row < schema->row_count(); ++row) {
    const std::string name(schema->text(0, row));
    walk.next(name, schema->integer(1, row));
    const std::string& column = walk.column();
    if (!walk.other().empty() && is_loaded(request, column)) return one_name(path, walk.other(), name);
    const std::int64_t digits = schema->integer(2, row);
    if (digits > kMostDigits && is_loaded(request, column))
      return too_wide(path, column, digits, schema->integer(3, row));
  }
  return ok();
}

}  // namespace

Status check_parquet_schemas(Statement& statement, const FileRequest& request) {
  for (const std::string& path : request.paths)
    FLOE_TRY(check_file(statement, request, path));
  return ok();
}

}  // namespace floe::duckdb_compute
