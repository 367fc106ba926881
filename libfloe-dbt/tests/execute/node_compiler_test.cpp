#include "execute/node_compiler.hpp"

#include "floe_test.hpp"

using floe::dbt::inject_ctes;
using floe::dbt::InjectedCte;

TEST_CASE("ephemeral models are put in front of a query as dbt does") {
  struct Case {
    const char* sql;
    const char* expected;
  };

  const std::vector<InjectedCte> ctes = {{"model.p.a", " __dbt__cte__a as (\nselect 1\n)"}};
  const auto c =
      GENERATE(Case{"select * from __dbt__cte__a", "with __dbt__cte__a as (\nselect 1\n) select * from __dbt__cte__a"},
               Case{"\n\nselect 2", "\n\nwith __dbt__cte__a as (\nselect 1\n) select 2"},
               Case{"with x as (select 1) select * from x",
                    "with  __dbt__cte__a as (\nselect 1\n), x as (select 1) select * from x"},
               Case{"WITH RECURSIVE x as (select 1) select * from x",
                    "WITH RECURSIVE  __dbt__cte__a as (\nselect 1\n), x as (select 1) select * from x"},
               Case{"-- with nothing\nselect 'with' from (with y as (select 1) select * from y)",
                    "with __dbt__cte__a as (\nselect 1\n) -- with nothing\nselect 'with' from (with y as (select 1) "
                    "select * from y)"});
  CHECK(inject_ctes(c.sql, ctes) == c.expected);
}

TEST_CASE("a query without ephemeral inputs stays as it is") { CHECK(inject_ctes("select 1", {}) == "select 1"); }
