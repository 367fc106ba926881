// The table functions of DuckDB 1.5.5 by what they reach. A test holds the lists against duckdb_functions(): a function
// that is in none of them would be one that nobody has looked at.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace floe::duckdb_compute {

// Their first argument names files.
inline constexpr std::array<std::string_view, 21> kFileFunctions = {
    "glob",
    "parquet_bloom_probe",
    "parquet_file_metadata",
    "parquet_full_metadata",
    "parquet_kv_metadata",
    "parquet_metadata",
    "parquet_scan",
    "parquet_schema",
    "read_blob",
    "read_csv",
    "read_csv_auto",
    "read_json",
    "read_json_auto",
    "read_json_objects",
    "read_json_objects_auto",
    "read_ndjson",
    "read_ndjson_auto",
    "read_ndjson_objects",
    "read_parquet",
    "read_text",
    "sniff_csv",
};

// They read databases or memory, run text as SQL, write logs and profiles, list folders, or change how SQL is read.
inline constexpr std::array<std::string_view, 21> kRefusedFunctions = {
    "arrow_scan",         "arrow_scan_dumb",     "check_peg_parser",
    "checkpoint",         "copy_database",       "disable_logging",
    "disable_peg_parser", "disable_profiling",   "enable_logging",
    "enable_peg_parser",  "enable_profiling",    "floe_outline",
    "force_checkpoint",   "import_database",     "json_execute_serialized_sql",
    "pandas_scan",        "python_map_function", "read_duckdb",
    "seq_scan",           "sql_auto_complete",   "truncate_duckdb_logs",
};

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace floe::duckdb_compute
