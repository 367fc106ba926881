#include "parquet_decimals.hpp"

#include "engine.hpp"
#include "sql_text.hpp"

#include "base/fail.hpp"

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

constexpr std::int64_t kMostDigits = 38;

bool is_loaded(const FileRequest& request, const std::string& name) {
  return request.columns.empty() ||
         std::any_of(request.columns.begin(), request.columns.end(),
                     [&](const FileColumn& column) { return lower_name(column.name) == lower_name(name); });
}

// The elements of a Parquet schema stand in depth-first order, each with the number of its children: those of the root
// are the columns.
class SchemaWalk {
 public:
  // The column that the next element is, or is in; empty of the root.
  std::string next(const std::string& name, std::int64_t children) {
    if (open_.empty()) {
      open_.push_back(children);
      return {};
    }
    if (open_.size() == 1) column_ = name;
    --open_.back();
    open_.push_back(children);
    while (!open_.empty() && open_.back() == 0)
      open_.pop_back();
    return column_;
  }

 private:
  std::vector<std::int64_t> open_;  // children that are still to come, from the root down
  std::string column_;
};

Error too_wide(const std::string& path, const std::string& column, std::int64_t digits, std::int64_t scale) {
  return failf(
             ErrorCode::kData,
             "column `{}` of `{}` has the type DECIMAL({}, {}); a DECIMAL has at most {} digits: write the column with "
             "fewer, or as text",
             column, path, digits, scale, kMostDigits)
      .with_detail("floe.column", column);
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
    const std::string column = walk.next(schema->text(0, row), schema->integer(1, row));
    const std::int64_t digits = schema->integer(2, row);
    if (digits > kMostDigits && is_loaded(request, column))
      return too_wide(path, column, digits, schema->integer(3, row));
  }
  return ok();
}

}  // namespace

Status check_parquet_decimals(Statement& statement, const FileRequest& request) {
  for (const std::string& path : request.paths)
    FLOE_TRY(check_file(statement, request, path));
  return ok();
}

}  // namespace floe::duckdb_compute
