// What rewrite_files is told to do.
#pragma once

#include "engine/scan.hpp"
#include "fit/partial_columns.hpp"
#include "write/write_request.hpp"

#include "base/result.hpp"

#include <string>
#include <utility>
#include <vector>

namespace floe::duckdb_compute {

enum class RewriteMode : std::uint8_t { kDelete, kDeleteInsert, kMerge };
enum class ClauseWhen : std::uint8_t { kMatched, kNotMatched, kNotMatchedBySource };
enum class ClauseAction : std::uint8_t { kUpdate, kInsert, kDelete, kNothing, kError };

struct Clause {
  ClauseWhen when = ClauseWhen::kMatched;
  ClauseAction action = ClauseAction::kUpdate;
  std::string condition;                                 // empty = always
  bool all_columns = true;                               // set: null
  std::vector<std::pair<std::string, std::string>> set;  // lower-case column, expression
};

struct RewriteRequest {
  RewriteMode mode = RewriteMode::kDelete;
  std::vector<Column> columns;  // of the target, as SQL sees it
  std::vector<DataFile> files;
  std::string staged;
  std::vector<std::string> unique_key;
  std::vector<std::string> predicates;
  std::vector<Clause> clauses;
  std::vector<PartialColumn> partial;  // of the staged rows: an update of all columns takes only what is marked
  WriteRequest write;
};

Result<RewriteRequest> parse_rewrite_request(std::string_view json_text);

}  // namespace floe::duckdb_compute
