// BaseTables: the stored tables and views that a query reads, as the session's catalog knows them.
#pragma once

#include "engine/runner.hpp"

#include "base/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace floe::duckdb_compute {

struct BaseTable {
  std::string database;  // "" with schema "": a file named in FROM
  std::string schema;
  std::string name;
  std::vector<std::string> columns;
};

class BaseTables {
 public:
  explicit BaseTables(Runner& runner) : runner_(runner) {}

  // The place in all() of the table that these parts of a name mean, each may be "" but the last; nullopt when there is
  // none.
  std::optional<std::size_t> find(const std::string& database, const std::string& schema, const std::string& name);

  [[nodiscard]] const std::vector<BaseTable>& all() const { return tables_; }

 private:
  std::optional<std::size_t> look_up(BaseTable table);
  void read_defaults();

  Runner& runner_;
  std::vector<BaseTable> tables_;
  std::string database_;  // of names without one
  std::string schema_;
};

// The names of a query's columns; nullopt when it cannot be bound.
std::optional<std::vector<std::string>> column_names(Runner& runner, const std::string& sql);

}  // namespace floe::duckdb_compute
