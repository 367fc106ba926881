// The methods of floe.compute/1 on a session, payloads as JSON text; plugin.cpp hands them to the ABI.
#pragma once

#include "engine/scan.hpp"
#include "engine/session.hpp"
#include "sandbox/file_references.hpp"

#include "base/result.hpp"
#include "floe/arrow.hpp"

#include <string>
#include <string_view>

namespace boost::json {
class array;  // NOLINT(readability-identifier-naming): Boost names it
}  // namespace boost::json

namespace floe::duckdb_compute {

struct QueryAnswer {
  ArrowStream rows;
  std::string stats;
};

Result<QueryAnswer> query(Statement& statement, std::string_view sql, ArrowStream parameters);
Result<std::string> execute(Statement& statement, std::string_view sql, std::string_view options);
Result<std::string> describe_query(Statement& statement, std::string_view sql);
Result<std::string> tables_in(Statement& statement, std::string_view sql, const FileUses& files = {});
Result<std::string> analyze(Statement& statement, std::string_view sql);
// The private ones of `scans` as temporary views of the session's connection, and the files that it has chosen.
Status bind_in_session(Statement& statement, const std::vector<Scan>& scans);
Status unbind_in_session(Statement& statement, const std::vector<RelationName>& relations);
Result<std::string> scan_filters(Statement& statement, std::string_view sql,
                                 const std::vector<RelationName>& relations);
Result<std::string> stage(Statement& statement, std::string_view sql);
Result<std::string> read_files(Statement& statement, std::string_view request);
Result<std::string> write_files(Statement& statement, std::string_view request, std::string_view sql);
Result<std::string> rewrite_files(Statement& statement, std::string_view request);

// What several of them need.

// Columns of the one statement in `sql`, bound and not run.
Result<std::vector<QueryColumn>> query_columns(Runner& runner, std::string_view sql);
// The same of a table of the session.
Result<std::vector<QueryColumn>> table_columns(Runner& runner, const std::string& table);
std::vector<std::string> column_names(const std::vector<QueryColumn>& columns);
// As describe_query gives them; a type that cannot be stored is an error.
Result<boost::json::array> columns_to_json(const std::vector<QueryColumn>& columns);
// kUnsupported when there are more than kMaxColumns, kData when two names differ only in case.
Status check_columns(const std::vector<QueryColumn>& columns);
// A name nothing else in the instance has.
std::string fresh_name(Engine& engine, std::string_view prefix);

}  // namespace floe::duckdb_compute
