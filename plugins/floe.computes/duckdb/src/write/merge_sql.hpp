// The SQL of copy-on-write: what a delete, delete+insert or merge hits, and the rows that replace the files hit.
#pragma once

#include "engine/duck_type.hpp"
#include "write/rewrite_request.hpp"

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::duckdb_compute {

// Columns that floe adds, named so that no column of the target or of the new rows has these names.
struct MergeNames {
  std::string file = "floe_file";
  std::string row = "floe_row";
  std::string clause = "floe_clause";
  std::string source = "floe_source";  // number of the staged row
  std::string hit = "floe_h";          // a table's alias: it would hide fields of a struct
};

MergeNames merge_names(const RewriteRequest& request, const std::vector<QueryColumn>& staged_columns);

struct MergeRelations {
  std::string target;       // a relation with the target's columns, `names.file` and `names.row`
  std::string affected;     // the same for the files that are hit
  std::string hits;         // a table of what MergeSql::hits gives
  std::string staged_rows;  // what stands after FROM: the new rows; of a merge also `names.source`
  MergeNames names;
};

class MergeSql {
 public:
  MergeSql(const RewriteRequest& request, const std::vector<QueryColumn>& staged_columns, MergeRelations relations);

  // Are the keys columns of both sides?
  [[nodiscard]] Status check() const;
  // One row: the key columns and the count of a key that comes more than once; none when there is no such key.
  [[nodiscard]] std::string duplicate_keys() const;
  // The columns of `relations.names`; clause: 0 = matched, but no clause takes it.
  [[nodiscard]] std::string hits() const;
  // Counts rows that meet a clause with the action `error`; empty when there is none.
  [[nodiscard]] std::string refused() const;
  // Inserted, updated, deleted.
  [[nodiscard]] std::string counts() const;
  // What stays of the affected files (when there are any) and what comes; empty when that is nothing.
  [[nodiscard]] std::string rows(bool has_affected) const;

 private:
  [[nodiscard]] std::string join_condition() const;
  [[nodiscard]] std::string delete_condition() const;
  [[nodiscard]] std::string merge_hits() const;
  [[nodiscard]] std::string clause_number(ClauseWhen when) const;
  [[nodiscard]] std::string clause_list(ClauseAction action) const;
  [[nodiscard]] std::string survivors() const;
  [[nodiscard]] std::string taken_value(const Column& column) const;
  [[nodiscard]] std::string updated_value(const Column& column) const;
  [[nodiscard]] std::string inserts() const;
  [[nodiscard]] std::string inserted_value(const Column& column) const;
  [[nodiscard]] bool has(ClauseWhen when) const;
  // The staged column of that name; empty when there is none.
  [[nodiscard]] std::string source_column(const std::string& name) const;

  const RewriteRequest& request_;
  const std::vector<QueryColumn>& staged_;
  std::string target_;
  std::string affected_;
  std::string hits_;
  std::string staged_rows_;
  // Quoted.
  std::string file_;
  std::string row_;
  std::string clause_;
  std::string source_row_;
  std::string hit_;  // alias of `hits`
};

}  // namespace floe::duckdb_compute
