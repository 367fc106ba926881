// The SQL of copy-on-write: what a delete, delete+insert or merge hits, and the rows that replace the files hit.
#pragma once

#include "duck_type.hpp"
#include "rewrite_request.hpp"

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::duckdb_compute {

class MergeSql {
 public:
  // `target` and `affected` are relations with the target's columns plus floe_file and floe_row.
  MergeSql(const RewriteRequest& request, const std::vector<QueryColumn>& staged_columns, std::string target,
           std::string affected, std::string hits);

  // Are the keys columns of both sides?
  [[nodiscard]] Status check() const;
  // One row: the key columns and the count of a key that comes more than once; none when there is no such key.
  [[nodiscard]] std::string duplicate_keys() const;
  // floe_file, floe_row, floe_clause (0 = matched, but no clause takes it), floe_source (rowid of the staged row).
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
};

}  // namespace floe::duckdb_compute
