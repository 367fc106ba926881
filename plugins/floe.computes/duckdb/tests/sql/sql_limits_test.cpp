#include "sql/sql_limits.hpp"

#include "compute_fixture.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test
using floe::duckdb_compute::check_sql;

namespace {

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i)
    all += text;
  return all;
}

}  // namespace

TEST_CASE("SQL that DuckDB takes too long for, or crashes of, is refused before") {
  struct Case {
    std::string fits;
    std::string last;  // makes it one too many
    std::string problem;
  };

  const std::vector<Case> cases{
      {"SELECT 1" + repeated(" UNION ALL SELECT 1", 10000), " except select 2",
       "10001 UNION, EXCEPT and INTERSECT, more than the 10000 that DuckDB can be given; write VALUES, or several "
       "models"},
      {"SELECT 1 WHERE a" + repeated(" AND a or b", 25000), " oR c",
       "50001 AND and OR, more than the 50000 that DuckDB can be given; write `IN`, or join with a table"},
      {repeated("SELECT 1;", 10000), ";",
       "10001 statements, more than the 10000 that DuckDB can be given; run them in several hooks"},
      {"SELECT a" + repeated(" . \"a\"", 999), ".b",
       "1001 parts in one name, more than the 1000 that DuckDB can be given; name what is in the middle in a subquery"},
      {"SELECT j" + repeated("->'a'", 20), " ->> 'b'",
       "21 `->` in one expression, more than the 20 that DuckDB can be given; write one path: `j->'$.a.b.c'`"},
      {"SELECT " + repeated("f(", 20) + "j" + repeated("->'a', b->'c')", 20), "->'d'",
       "21 `->` in one expression, more than the 20 that DuckDB can be given; write one path: `j->'$.a.b.c'`"},
      {"SELECT " + repeated("+", 64), "-",
       "65 operators without a space between, more than the 64 that DuckDB can be given; write spaces between them"},
  };
  for (const Case& c : cases) {
    INFO(c.problem);
    FLOE_CHECK_OK(check_sql(c.fits));
    const Status refused = check_sql(c.fits + c.last);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kUnsupported);
    CHECK(refused.error().message == "the SQL has " + c.problem);
  }
  const Status long_text = check_sql(std::string((16 << 20) + 1, ' '));
  REQUIRE_FALSE(long_text);
  CHECK(
      long_text.error().message ==
      "the SQL has 16777217 bytes, more than the 16777216 that DuckDB can be given; load data as a seed or through an "
      "ingestion source");
}

TEST_CASE("what only looks like too much is taken") {
  const std::string many = repeated("UNION -> a.b.c AND ;", 100000);
  for (const std::string& sql : {
           "SELECT '" + many + "'",
           "SELECT 1 -- " + many,
           "SELECT 1 /* " + many + " */",
           "SELECT \"" + many + "\"",
           "SELECT $a$" + many + "$a$",
           "SELECT e'\\'" + many + "'",
           "SELECT " + repeated("j->'a' AS a, ", 1000) + "1",
           "SELECT " + repeated("CASE WHEN j->'a' THEN k->'b' ELSE l->'c' END, ", 1000) + "1",
           "SELECT " + repeated("list_transform(l, x -> x->'a'), ", 1000) + "1",
           "SELECT " + repeated("a.b AS c d.e, ", 2000) + repeated("1.5 + .5 ", 2000),
           "SELECT " + repeated("a.b c.d ", 2000),
       }) {
    INFO(sql.substr(0, 60));
    FLOE_CHECK_OK(check_sql(sql));
  }
}

TEST_CASE("every method that takes SQL refuses what is too much") {
  Compute compute;
  const std::string sql = "SELECT a" + repeated(".a", 50000) + " FROM (SELECT 1 AS a)";
  floe_call call;
  const std::vector<Result<std::string>> answers{compute.client.execute(&call, compute.session, sql, "{}"),
                                                 compute.client.describe_query(&call, compute.session, sql),
                                                 compute.client.tables_in(&call, compute.session, sql),
                                                 compute.client.analyze(&call, compute.session, sql),
                                                 compute.client.stage(&call, compute.session, sql),
                                                 compute.client.write_files(&call, compute.session, "{}", sql),
                                                 compute.text_in(compute.session, sql)};
  for (const auto& answer : answers) {
    REQUIRE_FALSE(answer);
    CHECK_THAT(answer.error().message, Catch::StartsWith("the SQL has 50001 parts in one name"));
  }
}
