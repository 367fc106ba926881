// RowNumbers: the row numbers of a table, which DuckDB hides when a column of the table is named `rowid`.
#pragma once

#include "engine/duck_type.hpp"
#include "engine/runner.hpp"

#include "base/result.hpp"

#include <string>
#include <utility>
#include <vector>

namespace floe::duckdb_compute {

// After show() and while this object lives, `rowid` is the row number: a column of that name has another one.
class RowNumbers {
 public:
  // The runner must outlive the object.
  RowNumbers(Runner& runner, std::string table) : runner_(runner), table_(std::move(table)) {}

  RowNumbers(const RowNumbers&) = delete;
  RowNumbers& operator=(const RowNumbers&) = delete;
  ~RowNumbers();  // gives the column its name back; the table may be gone

  Status show(const std::vector<QueryColumn>& columns);

  // What the column is named now.
  [[nodiscard]] std::string name_of(const std::string& column) const;
  // A subquery of the columns under their own names, and of the row number under `number`.
  [[nodiscard]] std::string numbered(const std::vector<QueryColumn>& columns, const std::string& number) const;

 private:
  Runner& runner_;
  std::string table_;
  std::string own_name_;  // of the column, in its case; empty when no column hides the numbers
  std::string other_name_;
};

}  // namespace floe::duckdb_compute
