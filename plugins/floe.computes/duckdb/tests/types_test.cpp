#include "compute_fixture.hpp"
#include "sql/iceberg_type.hpp"
#include "sql/sql_name.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

struct Case {
  const char* expression;
  const char* type;      // Iceberg JSON
  const char* sql_type;  // as DESCRIBE prints it
};

const Case kCases[] = {
    {"true", "\"boolean\"", "BOOLEAN"},
    {"(-128)::TINYINT", "\"int\"", "TINYINT"},
    {"(-32768)::SMALLINT", "\"int\"", "SMALLINT"},
    {"(-2147483648)::INTEGER", "\"int\"", "INTEGER"},
    {"(-9223372036854775808)::BIGINT", "\"long\"", "BIGINT"},
    {"170141183460469231731687303715884105::HUGEINT", "\"decimal(38,0)\"", "HUGEINT"},
    {"255::UTINYINT", "\"int\"", "UTINYINT"},
    {"65535::USMALLINT", "\"int\"", "USMALLINT"},
    {"4294967295::UINTEGER", "\"long\"", "UINTEGER"},
    {"18446744073709551615::UBIGINT", "\"decimal(20,0)\"", "UBIGINT"},
    {"99999999999999999999999999999999999999::UHUGEINT", "\"decimal(38,0)\"", "UHUGEINT"},
    {"1.5::FLOAT", "\"float\"", "FLOAT"},
    {"'nan'::DOUBLE", "\"double\"", "DOUBLE"},
    {"'-0.0'::DOUBLE", "\"double\"", "DOUBLE"},
    {"'-inf'::FLOAT", "\"float\"", "FLOAT"},
    {"1.50::DECIMAL(4,2)", "\"decimal(4,2)\"", "DECIMAL(4,2)"},
    {"123456789.123::DECIMAL(18,3)", "\"decimal(18,3)\"", "DECIMAL(18,3)"},
    {"-12345678901234567890.5::DECIMAL(30,2)", "\"decimal(30,2)\"", "DECIMAL(30,2)"},
    {"'x\xc3\xa9\xe6\xb0\xb4'", "\"string\"", "VARCHAR"},
    {"'{\"a\": 1}'::JSON", "\"string\"", "JSON"},
    {"'b'::ENUM('a', 'b''c', 'b')", "\"string\"", "ENUM('a', 'b''c', 'b')"},
    {"'\\xAA\\x00'::BLOB", "\"binary\"", "BLOB"},
    {"'f79c3e09-677c-4bbd-a479-3f349cb785e7'::UUID", "\"uuid\"", "UUID"},
    {"DATE '1969-12-31'", "\"date\"", "DATE"},
    {"TIME '23:59:59.999999'", "\"time\"", "TIME"},
    {"TIMESTAMP '1969-12-31 23:59:59.999999'", "\"timestamp\"", "TIMESTAMP"},
    {"TIMESTAMP_S '2020-01-01 00:00:01'", "\"timestamp\"", "TIMESTAMP_S"},
    {"TIMESTAMP_MS '2020-01-01 00:00:01.002'", "\"timestamp\"", "TIMESTAMP_MS"},
    {"TIMESTAMP_NS '2020-01-01 00:00:01.002003'", "\"timestamp\"", "TIMESTAMP_NS"},
    {"TIMESTAMPTZ '2020-01-01 00:00:00+02'", "\"timestamptz\"", "TIMESTAMP WITH TIME ZONE"},
    {"NULL", "\"int\"", "INTEGER"},
    {"[1, NULL, 3]::UTINYINT[]", R"({"type":"list","element":"int"})", "UTINYINT[]"},
    {"[NULL]", R"({"type":"list","element":"int"})", "INTEGER[]"},
    {"[1, 2, 3]::SMALLINT[3]", R"({"type":"list","element":"int"})", "SMALLINT[3]"},
    {"[[1.5::DECIMAL(9,1)], []]", R"j({"type":"list","element":{"type":"list","element":"decimal(9,1)"}})j",
     "DECIMAL(9,1)[][]"},
    {"{'a': 1::UTINYINT, 'Select': 'x', 'with space': ['y']}",
     R"({"type":"struct","fields":[{"name":"a","type":"int","required":false},{"name":"Select","type":"string","required":false},{"name":"with space","type":{"type":"list","element":"string"},"required":false}]})",
     "STRUCT(a UTINYINT, \"Select\" VARCHAR, \"with space\" VARCHAR[])"},
    {"MAP {'k': {'v': DATE '2020-01-01'}}",
     R"({"type":"map","key":"string","value":{"type":"struct","fields":[{"name":"v","type":"date","required":false}]}})",
     "MAP(VARCHAR, STRUCT(v DATE))"},
};

std::string table_query() {
  std::string sql = "SELECT ";
  std::size_t i = 0;
  for (const Case& entry : kCases) {
    sql += std::string(i > 0 ? ", " : "") + entry.expression + " AS c" + std::to_string(i);
    ++i;
  }
  std::string nulls = " UNION ALL SELECT ";
  for (std::size_t n = 0; n < i; ++n)
    nulls += std::string(n > 0 ? ", " : "") + "NULL";
  return sql + nulls;
}

}  // namespace

TEST_CASE("describe_query gives the Iceberg type and DuckDB's own name of every type") {
  Compute compute;
  for (const Case& entry : kCases) {
    INFO(entry.expression);
    const auto result = compute.describe(std::string("SELECT ") + entry.expression + " AS c");
    FLOE_REQUIRE_OK(result);
    const json::object& column = result->at("columns").as_array()[0].as_object();
    CHECK(to_json(column.at("type")) == entry.type);
    CHECK(column.at("sql_type").as_string() == entry.sql_type);
    CHECK(compute.rows(std::string("SELECT column_type AS t FROM (DESCRIBE SELECT ") + entry.expression + " AS c)") ==
          to_json(json::object{{"t", entry.sql_type}}));
  }
}

TEST_CASE("a type that Iceberg v2 cannot store names the column, the type and the cast") {
  Compute compute;
  const std::pair<const char*, const char*> cases[] = {
      {"INTERVAL 1 DAY",
       "column `c` has type INTERVAL, which Iceberg v2 cannot store; write CAST(... AS VARCHAR) or epoch(...)"},
      {"'101'::BIT", "column `c` has type BIT, which Iceberg v2 cannot store; write CAST(... AS VARCHAR)"},
      {"TIMETZ '10:00:00+01'",
       "column `c` has type TIME WITH TIME ZONE, which Iceberg v2 cannot store; write CAST(... AS TIME) or CAST(... AS "
       "VARCHAR)"},
      {"[INTERVAL 1 DAY]",
       "column `c.element` has type INTERVAL, which Iceberg v2 cannot store; write CAST(... AS VARCHAR) or epoch(...)"},
      {"row(1, 2)",
       "column `c` has type STRUCT(INTEGER, INTEGER), which Iceberg v2 cannot store; name its fields: write {'a': ..., "
       "'b': ...} instead of row(...)"},
      {"union_value(a := 1)",
       "column `c` has type UNION(a INTEGER), which Iceberg v2 cannot store; write CAST(... AS VARCHAR), or a struct "
       "with one field per member"},
  };
  for (const auto& [expression, message] : cases) {
    const auto result = compute.describe(std::string("SELECT ") + expression + " AS c");
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::kUnsupported);
    CHECK(result.error().message == message);
  }
}

TEST_CASE("every type survives write_files, bind and query") {
  Compute compute;
  const std::string sql = table_query();
  const auto described = compute.describe(sql);
  FLOE_REQUIRE_OK(described);
  const TableShape shape = shape_of(*described, compute.sub_directory("data"));
  const auto written = compute.write(shape.request, sql);
  FLOE_REQUIRE_OK(written);
  CHECK(written->at("rows").as_int64() == 2);
  FLOE_REQUIRE_OK(compute.bind({iceberg_scan("t", "1", shape.columns, written->at("files").as_array())}));
  FLOE_REQUIRE_OK(compute.execute("CREATE TEMP TABLE expected AS " + sql));
  CHECK(compute.rows("SELECT column_name, column_type FROM (DESCRIBE FROM floe.main.t)") ==
        compute.rows("SELECT column_name, column_type FROM (DESCRIBE " + sql + ")"));
  CHECK(compute.rows("SELECT * FROM floe.main.t ORDER BY c0 NULLS LAST") ==
        compute.rows("FROM expected ORDER BY c0 NULLS LAST"));
  CHECK(compute.rows(
            "(FROM floe.main.t EXCEPT ALL FROM expected) UNION ALL (FROM expected EXCEPT ALL FROM floe.main.t)") == "");
  CHECK(compute.rows("SELECT signbit(c13) AS s, isnan(c12) AS n FROM floe.main.t WHERE c0") ==
        R"({"s":true,"n":true})");
}

TEST_CASE("the keyword list is that of the library") {
  Compute compute;
  CHECK(compute.rows("SELECT count(*) AS n FROM (SELECT DISTINCT keyword_name FROM duckdb_keywords())") ==
        R"({"n":489})");
  const auto names =
      compute.rows("SELECT string_agg(DISTINCT keyword_name, ',' ORDER BY keyword_name) AS k FROM duckdb_keywords()");
  const auto parsed = parse_json_object(names);
  FLOE_REQUIRE_OK(parsed);
  std::string word;
  for (const char c : std::string(parsed->at("k").as_string()) + ",") {
    if (c != ',') {
      word += c;
      continue;
    }
    CHECK(duckdb_compute::type_field_name(word) == "\"" + word + "\"");
    word.clear();
  }
}
