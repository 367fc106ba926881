// What is wrong with the tables of a project: the warehouse, the catalog and the last run compared with each other.
#pragma once

#include "engine/opened_tables.hpp"

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::run {

struct TableFault {
  std::string detail;
  std::string help;  // what to do
};

// Reads the metadata files of all tables, and no rows. Empty: nothing was found. An error is a storage or a catalog
// that does not answer.
Result<std::vector<TableFault>> find_table_faults(const OpenedTables& opened, io::FileSystem& files);

// What `floe table register --scan` works on (table_format/found_tables).
Result<json::object> find_tables(const OpenedTables& opened, io::FileSystem& files);

}  // namespace floe::run
