// Writing rows as an Iceberg table's data files; shared by write_files and rewrite_files.
#pragma once

#include "engine/session.hpp"
#include "write/file_writer.hpp"
#include "write/target_select.hpp"
#include "write/write_request.hpp"

#include "base/result.hpp"

#include <string>
#include <vector>

namespace boost::json {
class array;  // NOLINT(readability-identifier-naming): Boost names it
}  // namespace boost::json

namespace floe::duckdb_compute {

Result<std::vector<WrittenFile>> write_source(Statement& statement, const WriteRequest& request, const Source& source);
Result<Source> query_source(Statement& statement, std::string_view sql);
Result<Source> table_source(Runner& runner, const std::string& table);

boost::json::array written_to_json(const std::vector<WrittenFile>& files);

// A transform over a column of the target, in SQL.
Result<std::string> transform_sql(Statement& statement, const FieldPath& field, const transform::Transform& transform);

// What rows are sorted by so that the value of each is kept: DuckDB makes a column that it sorts by of the keys of the
// sort, where -0.0 is 0.0.
std::string sortable_float(const std::string& expression);

// ORDER BY of the table's sort order after `first`; empty when there is nothing to order by.
Result<std::string> order_by(Statement& statement, const WriteRequest& request, const std::vector<std::string>& first);

// Stages the rows sorted by partition, then one COPY each.
Status write_partitions(Statement& statement, const WriteRequest& request, const Source& source,
                        const std::vector<TargetColumn>& targets, FileWriter* writer);

}  // namespace floe::duckdb_compute
