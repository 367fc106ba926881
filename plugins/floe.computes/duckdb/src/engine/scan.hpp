// What bind and rewrite_files are told to read.
#pragma once

#include "sql/iceberg_type.hpp"
#include "sql/layout.hpp"

#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace boost::json {
class value;   // NOLINT(readability-identifier-naming): Boost names it
class object;  // NOLINT(readability-identifier-naming): Boost names it
}  // namespace boost::json

namespace floe::duckdb_compute {

// A column of an Iceberg table as SQL sees it.
struct Column {
  std::int32_t id = -1;
  std::string name;
  IcebergType type;
  std::string sql_type;  // the engine's own type; the storage type when the request has none
  std::string storage;   // storage_sql(type)
  bool required = false;
  std::optional<std::string> initial_default = {};  // JSON, of files that lack the column
};

struct Constant {
  std::int32_t field_id = -1;
  std::string text;  // the JSON single value as text
  bool is_null = false;
};

struct DataFile {
  std::string path;
  std::vector<Constant> constants;  // identity-partition values
  FileLayoutPtr layout;             // null: the file holds every column, by id and under its name
  std::int64_t rows = -1;           // as the table's metadata says; -1 = not told
};

enum class ScanKind : std::uint8_t { kIceberg, kFiles, kView, kNative, kRefused };

struct Scan {
  std::string schema = "main";
  std::string name;
  ScanKind kind = ScanKind::kIceberg;
  std::string key;
  bool is_private = false;
  bool is_prunable = false;  // sessions may choose its files; shared without `files`: it can only be planned
  bool is_pruned = false;    // the files that this session reads from now on
  bool has_files = false;
  std::vector<Column> columns;
  std::vector<DataFile> files;
  std::string sql;     // kind view; kind refused: a query with the relation's columns that fails
  std::string reader;  // kind files: `read_csv([...], ...)`
};

Result<std::vector<Scan>> parse_scans(std::string_view json_text);
Result<std::vector<Column>> parse_columns(const boost::json::value& columns);
// The members `files` and `layouts` of a scan or of the target of a rewrite.
Result<std::vector<DataFile>> parse_files(const boost::json::object& scan);

struct RelationName {
  std::string schema = "main";
  std::string name;
  bool is_pruned = false;  // unbind: only what the session has chosen
};

Result<RelationName> parse_relation(const boost::json::value& relation);
Result<std::vector<RelationName>> parse_relations(std::string_view json_text);

}  // namespace floe::duckdb_compute
