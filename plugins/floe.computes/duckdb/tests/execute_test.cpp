#include "compute_fixture.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

void bind_orders(Compute& compute) {
  FLOE_REQUIRE_OK(compute.bind({json::object{{"relation", json::object{{"schema", "main"}, {"name", "orders"}}},
                                             {"kind", "view"},
                                             {"key", "1"},
                                             {"sql", "select 1 as id"}}}));
}

}  // namespace

TEST_CASE("the guard refuses what would vanish, and rolls it back") {
  Compute compute;
  bind_orders(compute);
  const char* cases[] = {
      "create table x as select 1",
      "create table floe.main.x (i int)",
      "create view v as select 1",
      "create or replace view orders as select 2 as id",
      "drop view orders",
      "create schema s; create table s.t (i int)",
      "insert into orders values (1)",
      "update orders set id = 2",
      "delete from orders",
      "merge into orders using (select 1 as id) s on s.id = orders.id when matched then delete",
      "alter table orders add column x int",
      "truncate orders",
      "create table orders as select 1",
      "drop table orders",
      "create index i on orders (id)",
  };
  for (const char* sql : cases) {
    INFO(sql);
    const auto result = compute.execute(sql, true);
    REQUIRE_FALSE(result);
    INFO(result.error().message);
    CHECK(result.error().code == ErrorCode::kUnsupported);
    CHECK(result.error().message.find("use ") != std::string::npos);
    CHECK(compute.rows("FROM floe.main.orders") == R"({"id":1})");
    CHECK(compute.rows("SELECT count(*) AS n FROM duckdb_tables() WHERE database_name = 'floe'") == R"({"n":0})");
  }
}

TEST_CASE("the guard lets through what does no harm") {
  Compute compute;
  bind_orders(compute);
  const char* cases[] = {"create temp table tt as select * from orders",
                         "create macro plus_one(a) as a + 1",
                         "create schema if not exists other",
                         "begin; select 1; commit",
                         "set variable x = 3",
                         "insert into tt select 2",
                         "select 1",
                         ""};
  for (const char* sql : cases) {
    INFO(sql);
    FLOE_CHECK_OK(compute.execute(sql, true));
  }
  CHECK(compute.rows("SELECT plus_one(id) AS n FROM tt ORDER BY n") == "{\"n\":2}\n{\"n\":3}");
  const auto affected = compute.execute("delete from tt", true);
  FLOE_REQUIRE_OK(affected);
  CHECK(affected->at("rows_affected").as_int64() == 2);
}

TEST_CASE("an error of SQL keeps DuckDB's line and caret") {
  Compute compute;
  const auto parser = compute.execute("select 1;\nselekt 2", true);
  REQUIRE_FALSE(parser);
  CHECK(parser.error().code == ErrorCode::kInvalidArgument);
  CHECK(parser.error().message == "Parser Error: syntax error at or near \"selekt\"\n\nLINE 2: selekt 2\n        ^");
  const auto cast = compute.stage("select\n  x::int\nfrom (values ('1'), ('z')) t(x)");
  REQUIRE_FALSE(cast);
  CHECK(cast.error().code == ErrorCode::kData);
  CHECK(
      cast.error().message ==
      "Conversion Error: Could not convert string 'z' to INT32 when casting from source column x\n\nLINE 2:   x::int\n"
      "           ^");
}
