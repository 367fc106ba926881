// Our builtin macros against the texts dbt-core with dbt-duckdb gives for the same calls
// (tests/data/builtin_macros.json).
#include "macro/library.hpp"

#include "../support/parse_fixture.hpp"
#include "floe_test.hpp"
#include "jinja/environment.hpp"
#include "macro/render_scope.hpp"
#include "value/operations.hpp"

#include "base/json/json.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <sstream>

namespace {

using floe::dbt::Value;

// Name in the data, call.
constexpr std::pair<const char*, const char*> kCalls[] = {
    {"any_value", "dbt.any_value('x')"},
    {"array_append", "dbt.array_append('a','b')"},
    {"array_concat", "dbt.array_concat('a','b')"},
    {"array_construct", "dbt.array_construct([1,2])"},
    {"array_construct_empty", "dbt.array_construct([], 'text')"},
    {"bool_or", "dbt.bool_or('x')"},
    {"cast", "dbt.cast('x','int')"},
    {"cast_bool_to_text", "dbt.cast_bool_to_text('x')"},
    {"concat", "dbt.concat(['a','b'])"},
    {"type_string", "dbt.type_string()"},
    {"type_timestamp", "dbt.type_timestamp()"},
    {"type_float", "dbt.type_float()"},
    {"type_numeric", "dbt.type_numeric()"},
    {"type_bigint", "dbt.type_bigint()"},
    {"type_int", "dbt.type_int()"},
    {"type_boolean", "dbt.type_boolean()"},
    {"date", "dbt.date(2024,1,2)"},
    {"date_trunc", "dbt.date_trunc('day','x')"},
    {"dateadd", "dbt.dateadd('day',1,'x')"},
    {"dateadd_q", "dbt.dateadd('quarter',1,'x')"},
    {"dateadd_w", "dbt.dateadd('WEEK','n','x')"},
    {"datediff", "dbt.datediff('a','b','day')"},
    {"datediff_w", "dbt.datediff('a','b','week')"},
    {"equals", "dbt.equals('a','b')"},
    {"escape_single_quotes", "dbt.escape_single_quotes(\"it's\")"},
    {"except", "dbt.except()"},
    {"intersect", "dbt.intersect()"},
    {"get_powers_of_two", "dbt.get_powers_of_two(100)"},
    {"generate_series", "dbt.generate_series(5)"},
    {"hash", "dbt.hash('x')"},
    {"last_day", "dbt.last_day('x','month')"},
    {"last_day_q", "dbt.last_day('x','quarter')"},
    {"length", "dbt.length('x')"},
    {"listagg", "dbt.listagg('m')"},
    {"listagg_o", "dbt.listagg('m', \"'|'\", 'order by n')"},
    {"listagg_l", "dbt.listagg('m', \"'|'\", 'order by n', 2)"},
    {"listagg_l2", "dbt.listagg('m', \"'|'\", none, 2)"},
    {"string_literal", "dbt.string_literal('v')"},
    {"position", "dbt.position(\"'a'\", 'x')"},
    {"replace", "dbt.replace('f','o','n')"},
    {"right", "dbt.right('x','2')"},
    {"safe_cast", "dbt.safe_cast('x','int')"},
    {"split_part", "dbt.split_part('x',\"','\",1)"},
    {"split_part_neg", "dbt._split_part_negative('x',\"','\",-1)"},
    {"current_timestamp", "dbt.current_timestamp()"},
    {"current_timestamp_backcompat", "dbt.current_timestamp_backcompat()"},
    {"snapshot_get_time", "dbt.snapshot_get_time()"},
    {"get_limit_subquery_sql", "dbt.get_limit_subquery_sql('select 1', 5)"},
    {"get_quoted_csv", "dbt.get_quoted_csv(['a','b'])"},
    {"get_test_sql", "dbt.get_test_sql('select 1','count(*)','!= 0','!= 0',none)"},
    {"get_test_sql_limit", "dbt.get_test_sql('select 1','sum(x)','> 1','> 2',10)"},
    {"get_empty_subquery_sql", "dbt.get_empty_subquery_sql('select 1')"},
    {"scd", "dbt.snapshot_hash_arguments(['a','b'])"},
    {"snapshot_string_as_time", "dbt.snapshot_string_as_time('2024-01-01 00:00:00')"},
};

}  // namespace

TEST_CASE("builtin macros give dbt-duckdb's text") {
  std::ifstream file(std::string(FLOE_TEST_DATA) + "/builtin_macros.json");
  std::stringstream text;
  text << file.rdbuf();
  auto expected = floe::parse_json_object(text.str());
  FLOE_REQUIRE_OK(expected);

  auto project = floe::dbt::parsed({});
  REQUIRE(project.session != nullptr);
  floe::dbt::RenderScope scope(*project.session, floe::dbt::ScopeMode::kOperation, {});
  for (const auto& [name, call] : kCalls) {
    CAPTURE(name);
    auto tpl = project.session->text.parse("{{ " + std::string(call) + " }}", "call");
    FLOE_REQUIRE_OK(tpl);
    auto rendered = project.session->text.render(**tpl, scope);
    if (!rendered) {
      FAIL_CHECK(rendered.error().to_string());
      continue;
    }
    const boost::json::value* wanted = expected->if_contains(name);
    REQUIRE(wanted != nullptr);
    CHECK(*rendered == (wanted->is_string() ? std::string(wanted->as_string()) : floe::to_json(*wanted)));
  }
}

TEST_CASE("every builtin macro parses and is found") {
  auto project = floe::dbt::parsed({});
  CHECK(project.findings().empty());
  for (const char* name :
       {"statement", "run_query", "is_incremental", "generate_schema_name", "get_where_subquery", "test_unique",
        "materialization_table_default", "materialization_incremental_default", "duckdb__dateadd"}) {
    CAPTURE(name);
    CHECK(project.session->macros.in_package("dbt", name) != nullptr);
  }
  for (const char* name : {"table", "view", "seed", "incremental", "test"}) {
    CAPTURE(name);
    CHECK(project.session->macros.materialization(name) != nullptr);
  }
}
