// What the names of a query mean at one place in it.
#pragma once

#include "lineage/origins.hpp"

#include "base/json/json.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace floe::duckdb_compute {

struct LineageColumn {
  std::string name;
  Origins origins;
};

// A table, a subquery or the like in FROM.
struct FromItem {
  std::string database;  // "" when it has an alias
  std::string schema;
  std::string alias;
  std::vector<LineageColumn> columns;
  bool is_open = false;  // it may have columns that are not known here
};

struct FromScope {
  std::vector<FromItem> items;
  std::vector<LineageColumn> columns;  // of `*`, and of names without a table: those of USING once
  Origins rows;                        // what decides which rows there are
  bool is_open = false;
};

struct QueryLineage {
  std::vector<LineageColumn> columns;
  Origins rows;
  bool is_open = false;
};

struct CommonTable {
  std::shared_ptr<const QueryLineage> lineage;
  boost::json::object entry;  // of the cte_map
};

// By lower-case name, in the order in which they are written: the last of a name is meant.
using CommonTables = std::vector<std::pair<std::string, CommonTable>>;

const CommonTable* find_common(const CommonTables& tables, const std::string& lower_name);

// Whether names of the select list are known, and before or after those of FROM.
enum class Aliases : std::uint8_t { kLast, kFirst };

struct Scope {
  const Scope* outer = nullptr;
  std::shared_ptr<const CommonTables> ctes;
  FromScope from;
  std::map<std::string, Origins> aliases;  // lower case
  Aliases order = Aliases::kLast;
  std::set<std::string> lambda_parameters;
  const LineageColumn* star = nullptr;  // what COLUMNS(...) stands for while one of its columns is looked at
};

}  // namespace floe::duckdb_compute
