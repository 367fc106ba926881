#include "compute_fixture.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

// `a.b.c|d catalog other`, in the order of the text.
std::string summary(Compute& compute, const std::string& sql) {
  floe_call call;
  const auto result = compute.client.tables_in(&call, compute.session, sql);
  if (!result) return "error: " + result.error().message;
  const auto parsed = parse_json_object(*result);
  std::string text;
  for (const json::value& entry : parsed->at("tables").as_array()) {
    const json::object& table = entry.as_object();
    if (!text.empty()) text += "|";
    for (const char* key : {"database", "schema"}) {
      if (!table.at(key).as_string().empty()) text += std::string(table.at(key).as_string()) + ".";
    }
    text += table.at("name").as_string();
  }
  if (parsed->at("catalog").as_bool()) text += " catalog";
  if (parsed->at("other").as_bool()) text += " other";
  return text;
}

}  // namespace

TEST_CASE("tables_in finds the relations of a query and nothing else") {
  Compute compute;
  const std::pair<const char*, const char*> cases[] = {
      {"select 1", ""},
      {"select * from orders -- comment\n;", "orders"},
      {"select * from floe.main.orders o join raw.customers c using (id)", "floe.main.orders|raw.customers"},
      {"select * from \"Odd Name\".\"x.y\"", "Odd Name.x.y"},
      {"with t as (select * from t2), u as (select * from t) select (select max(x) from e) from u where exists (select "
       "1 "
       "from f) union all select * from g",
       "t2|e|f|g"},
      {"with orders as (select * from orders) select * from orders", "orders"},
      {"with Orders as (select 1) select * from ORDERS", ""},
      {"with t as (select 1) select * from main.t", "main.t"},
      {"with recursive r as (select 1 union all select * from r) select * from r", ""},
      {"with t as materialized (select * from zz) select * from t", "zz"},
      {"select * from (with t as (select * from inner_one) select * from t) join t on true", "inner_one|t"},
      {"select x in (from y) from z, lateral (select * from w)", "y|z|w"},
      {"from a except select * from b intersect from c", "a|b|c"},
      {"select * from range(3), read_csv('x.csv')", ""},
      {"select * from information_schema.tables", " catalog"},
      {"select * from duckdb_tables() join orders on true", "orders catalog"},
      {"select * from (pivot a on b in (1, 2) using sum(c))", "a"},
      {"show tables", " catalog"},
      {"describe orders", "orders"},
      {"create table x as select * from orders", " other"},
      {"insert into x select 1", " other"},
      {"select list_transform([1], lambda x : x + (select max(id) from q))", "q"},
      {"select * from orders tablesample 10%", "orders"},
      {"select 'it''s' || $$a;b$$ from orders", "orders"},
  };
  for (const auto& [sql, expected] : cases) {
    INFO(sql);
    CHECK(summary(compute, sql) == expected);
  }
}

TEST_CASE("tables_in reads what DuckDB takes: infinite numbers, expressions that nest deep") {
  const auto repeat = [](int times, const std::string& text) {
    std::string all;
    for (int i = 0; i < times; ++i)
      all += text;
    return all;
  };
  const std::pair<std::string, const char*> cases[] = {
      {"select 1 as x from orders where 5 < 1e400", "orders"},
      {R"(select -1e400, 'Infinity', '"\', "Infinity" from "Infinity"."a\", t where [1e400, -1e400] is not null)",
       R"(Infinity.a\|t)"},
      {"select 1" + repeat(900, " + 1") + " from orders", "orders"},
      {"select chr(65)" + repeat(900, " || chr(65)") + " from orders", "orders"},
      {"select " + repeat(900, "abs(") + "(select max(x) from orders)" + repeat(900, ")"), "orders"},
      {"select " + repeat(900, "case when true then ") + "1" + repeat(900, " end") + " from orders", "orders"},
  };
  Compute compute;
  for (const auto& [sql, expected] : cases) {
    INFO(sql.substr(0, 80));
    CHECK(summary(compute, sql) == expected);
  }
}

TEST_CASE("tables_in keeps line and caret of a syntax error") {
  Compute compute;
  CHECK(summary(compute, "select 1\nfrom where") ==
        "error: Parser Error: syntax error at or near \"where\"\n\nLINE 2: from where\n             ^");
}
