#include "compute_fixture.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

// A row group whose values are all equal, or all NULL: what its statistics say is nothing about NULL.
TEST_CASE("filters find the NULLs of row groups whose statistics leave them out") {
  Compute compute;
  const std::string directory = compute.sub_directory("nulls");
  const char* const groups[] = {"(1, NULL), (2, 5)", "(1, NULL), (2, NULL)", "(1, NULL), (2, 3), (3, 5)", "(1, 5)"};
  const char* const terms[] = {"n < 5",
                               "n <= 5",
                               "n = 5",
                               "n <> 5",
                               "n > 3",
                               "n IS DISTINCT FROM 5",
                               "n = 3",
                               "n IS DISTINCT FROM 3",
                               "n IS NULL",
                               "n IN (3, 5)",
                               "n IS NOT DISTINCT FROM 5",
                               "NOT (n IS NOT DISTINCT FROM 5)",
                               "n IS NOT NULL"};
  for (const std::string group : groups) {
    const std::string rows = "(SELECT id, n::INTEGER AS n FROM (VALUES " + group + ") v(id, n))";
    FLOE_REQUIRE_OK(compute.execute("CREATE OR REPLACE TEMP TABLE t AS FROM " + rows));
    FLOE_REQUIRE_OK(compute.execute("COPY t TO '" + directory + "/t.parquet'"));
    for (const std::string first : terms) {
      for (const std::string second : terms) {
        const std::string where = " WHERE " + first + " OR " + second + " ORDER BY id";
        INFO(group << where);
        const std::string expected = compute.rows("SELECT id FROM " + rows + where);  // values have no statistics
        CHECK(compute.rows("SELECT id FROM t" + where) == expected);
        CHECK(compute.rows("SELECT id FROM '" + directory + "/t.parquet'" + where) == expected);
      }
    }
  }
}
