#include "rules/lineage/sql_facet.hpp"

#include "floe_test.hpp"

using floe::compile::SqlFacet;
using floe::lineage::error_facet;
using floe::lineage::sql_facet;

TEST_CASE("a masked statement has no literals and no comments") {
  struct Case {
    const char* sql;
    const char* masked;
  };

  for (const Case& each : {
           Case{"select 'a''b', E'c\\'d', $$e$$, $t$f$t$ from x", "select ?, ?, ?, ? from x"},
           Case{"select 1, -2.5, .5, 1.5e-3, 1e+9, 0x1F, 1_000, x1, 1-2, t.c1",
                "select ?, -?, ?, ?, ?, ?, ?, x1, ?-?, t.c1"},
           Case{"select \"a 1\", date '2024-01-01' -- secret\nfrom /* a /* b */ 'c' */ t -- end",
                "select \"a 1\", date ?\nfrom t"},
           Case{"-- secret\nselect a", "select a"},
           Case{"select a from t where b = 'not closed", "select a from t where b = ?"},
           Case{"select $1, a->'b', a[1:2]", "select ?, a->?, a[?:?]"},
           Case{"", ""},
       }) {
    CHECK(sql_facet(each.sql, SqlFacet::kMasked) == each.masked);
  }
}

TEST_CASE("full, hash and off") {
  CHECK(sql_facet("select 'a' -- b", SqlFacet::kFull) == "select 'a' -- b");
  CHECK(sql_facet("select 1", SqlFacet::kHash) ==
        "sha256:822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f");
  CHECK(sql_facet("", SqlFacet::kHash).empty());
  CHECK(sql_facet("select 1", SqlFacet::kOff).empty());
}

TEST_CASE("the message of an error says no more than the statement does") {
  const char* message =
      "Conversion Error: Could not convert string 'secret' to INT32, key \"id: 5\"\nLINE 1: select 'secret'";
  CHECK(error_facet(message, SqlFacet::kFull) == message);
  for (const SqlFacet facet : {SqlFacet::kMasked, SqlFacet::kHash, SqlFacet::kOff})
    CHECK(error_facet(message, facet) == "Conversion Error: Could not convert string ? to INT32, key ?");
}
