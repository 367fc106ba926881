#include "sandbox/table_functions.hpp"

#include "compute_fixture.hpp"

#include "base/text/text.hpp"

using namespace floe;                  // NOLINT: test
using namespace floe::duckdb_compute;  // NOLINT: test
using namespace floe::test;            // NOLINT: test

namespace {

// They list what the engine has, make rows from their arguments, or are judged by what they are given (`query`).
constexpr std::array<std::string_view, 52> kHarmless = {
    "duckdb_approx_database_count",
    "duckdb_columns",
    "duckdb_connection_count",
    "duckdb_constraints",
    "duckdb_coordinate_systems",
    "duckdb_databases",
    "duckdb_dependencies",
    "duckdb_extensions",
    "duckdb_external_file_cache",
    "duckdb_functions",
    "duckdb_indexes",
    "duckdb_keywords",
    "duckdb_log_contexts",
    "duckdb_logs",
    "duckdb_memory",
    "duckdb_optimizers",
    "duckdb_prepared_statements",
    "duckdb_schemas",
    "duckdb_secret_types",
    "duckdb_secrets",
    "duckdb_sequences",
    "duckdb_settings",
    "duckdb_table_sample",
    "duckdb_tables",
    "duckdb_temporary_files",
    "duckdb_types",
    "duckdb_variables",
    "duckdb_views",
    "generate_series",
    "icu_calendar_names",
    "json_each",
    "json_tree",
    "pg_timezone_names",
    "pragma_collations",
    "pragma_database_size",
    "pragma_metadata_info",
    "pragma_platform",
    "pragma_show",
    "pragma_storage_info",
    "pragma_table_info",
    "pragma_user_agent",
    "pragma_version",
    "query",
    "query_table",
    "range",
    "repeat",
    "repeat_row",
    "summary",
    "test_all_types",
    "test_vector_types",
    "unnest",
    "which_secret",
};

}  // namespace

TEST_CASE("somebody has looked at every table function of the engine") {
  Compute compute;
  const std::string listed = compute.rows(
      "select coalesce(string_agg(distinct function_name, ' ' order by function_name), '') as names "
      "from duckdb_functions() where function_type = 'table'");
  const auto row = parse_json_object(text::trim(listed));
  FLOE_REQUIRE_OK(row);
  const std::string names = get_string_or(*row, "names", "");
  std::size_t count = 0;
  for (const std::string_view name : text::split(names, ' ')) {
    INFO(name);
    ++count;
    CHECK((is_one_of(name, kFileFunctions) || is_one_of(name, kRefusedFunctions) || is_one_of(name, kHarmless)));
  }
  CHECK(count > 80);
}
