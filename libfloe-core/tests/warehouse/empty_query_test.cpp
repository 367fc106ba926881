#include "warehouse/empty_query.hpp"

#include "floe_test.hpp"

using floe::warehouse::empty_query;

TEST_CASE("a query without rows has names and types of another") {
  CHECK(empty_query({{"id", "INTEGER"}, {"a \"b\"", ""}}) ==
        R"(select cast(null as INTEGER) as "id", null as "a ""b""" where false)");
}
