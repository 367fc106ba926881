#include "compute_fixture.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

json::array fields_of(const std::string& text) {
  const auto parsed = parse_json(text);
  FLOE_REQUIRE_OK(parsed);
  return parsed->as_array();
}

// A request for columns given as Iceberg fields; sql_type is the storage type unless the field says more.
json::object request_for(const std::string& directory, const std::string& fields) {
  const json::array columns = fields_of(fields);
  return {{"directory", directory},
          {"file_prefix", "00000-0-test"},
          {"schema", json::object{{"type", "struct"}, {"schema-id", 0}, {"fields", columns}}},
          {"columns", columns},
          {"partition_spec", json::array()},
          {"sort_order", json::array()},
          {"target_file_size_bytes", 536870912},
          {"compression", "zstd"},
          {"staged", false}};
}

std::size_t file_count(const std::string& directory) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    count += entry.is_regular_file() ? 1 : 0;
  return count;
}

std::string paths_sql(const json::object& written) {
  std::string list;
  for (const json::value& file : written.at("files").as_array()) {
    if (!list.empty()) list += ", ";
    list += "'" + std::string(file.as_object().at("path").as_string()) + "'";
  }
  return "[" + list + "]";
}

constexpr const char* kId = R"([{"id":1,"name":"id","type":"int","required":false}])";

}  // namespace

TEST_CASE("the footer carries the field ids and physical types of the Iceberg spec") {
  Compute compute;
  const std::string sql =
      "SELECT 1 AS i, {'a': 1, 'b': [1.5]} AS s, MAP {'k': uuid()} AS m, TIME '10:00:00' AS t, TIMESTAMPTZ "
      "'2020-01-01' AS z, "
      "TIMESTAMP '2020-01-01' AS n, 1.5::DECIMAL(9,2) AS d9, 1.5::DECIMAL(18,2) AS d18, 1.5::DECIMAL(38,2) AS d38, "
      "'x'::JSON AS j, "
      "''::BLOB AS b";
  const auto described = compute.describe("SELECT * REPLACE ('{}'::JSON AS j) FROM (" + sql + ")");
  FLOE_REQUIRE_OK(described);
  const TableShape shape = shape_of(*described, compute.directory);
  const auto written = compute.write(shape.request, "SELECT * REPLACE ('{}'::JSON AS j) FROM (" + sql + ")");
  FLOE_REQUIRE_OK(written);
  CHECK(compute.rows("SELECT string_agg(concat_ws(':', name, field_id, type, type_length, converted_type, "
                     "logical_type), chr(10)) AS x "
                     "FROM parquet_schema(" +
                     paths_sql(*written) + ") WHERE name NOT IN ('duckdb_schema', 'list', 'key_value')") ==
        to_json(json::object{{"x",
                              "i:1:INT32:INT_32\ns:2\na:12:INT32:INT_32\nb:13:LIST\nelement:14:INT32:DECIMAL:"
                              "DecimalType(scale=1, precision=2)\n"
                              "m:3:MAP\nkey:15:BYTE_ARRAY:UTF8\nvalue:16:FIXED_LEN_BYTE_ARRAY:16:UUIDType()\n"
                              "t:4:INT64:TIME_MICROS:TimeType(isAdjustedToUTC=0, unit=TimeUnit(MILLIS=<null>, "
                              "MICROS=MicroSeconds(), NANOS=<null>))\n"
                              "z:5:INT64:TIMESTAMP_MICROS:TimestampType(isAdjustedToUTC=1, "
                              "unit=TimeUnit(MILLIS=<null>, MICROS=MicroSeconds(), NANOS=<null>))\n"
                              "n:6:INT64:TIMESTAMP_MICROS:TimestampType(isAdjustedToUTC=0, "
                              "unit=TimeUnit(MILLIS=<null>, MICROS=MicroSeconds(), NANOS=<null>))\n"
                              "d9:7:INT32:DECIMAL:DecimalType(scale=2, "
                              "precision=9)\nd18:8:INT64:DECIMAL:DecimalType(scale=2, precision=18)\n"
                              "d38:9:FIXED_LEN_BYTE_ARRAY:16:DECIMAL:DecimalType(scale=2, "
                              "precision=38)\nj:10:BYTE_ARRAY:UTF8\nb:11:BYTE_ARRAY"}}));
}

TEST_CASE("columns are matched by name without case; missing ones are null, surplus ones dropped") {
  Compute compute;
  const json::object request = request_for(compute.directory, R"([{"id":1,"name":"id","type":"int","required":false},
    {"id":2,"name":"Name","type":"string","required":false},{"id":3,"name":"day","type":"date","required":false}])");
  const auto written = compute.write(request, "SELECT 'x' AS NAME, 1 AS surplus, 5 AS ID; -- end");
  FLOE_REQUIRE_OK(written);
  CHECK(compute.rows("FROM read_parquet(" + paths_sql(*written) + ")") == R"({"id":5,"Name":"x","day":null})");
}

TEST_CASE("what does not fit names column and row, and leaves no file") {
  Compute compute;

  struct Case {
    const char* fields;
    const char* sql;
    const char* message;
  };

  const Case cases[] = {
      {R"j([{"id":1,"name":"n","type":"decimal(38,0)","sql_type":"HUGEINT"}])j",
       "SELECT x AS n FROM (VALUES (1::HUGEINT), (170141183460469231731687303715884105727::HUGEINT)) t(x)",
       "column `n`, row 2: the value 170141183460469231731687303715884105727 does not fit HUGEINT, stored as "
       "decimal(38,0)"},
      {R"([{"id":1,"name":"n","type":"int","sql_type":"UTINYINT"}])", "SELECT i AS n FROM range(250, 260) t(i)",
       "column `n`, row 7: the value 256 does not fit UTINYINT, stored as int"},
      {R"([{"id":1,"name":"n","type":"int"}])", "SELECT 'abc' AS n",
       "column `n`, row 1: the value abc does not fit INTEGER"},
      {R"([{"id":1,"name":"n","type":"timestamp","sql_type":"TIMESTAMP_NS"}])",
       "SELECT TIMESTAMP_NS '2020-01-01 00:00:00.000000001' AS n",
       "column `n`, row 1: the value 2020-01-01 00:00:00.000000001 does not fit TIMESTAMP_NS, stored as timestamp"},
      {R"([{"id":1,"name":"n","type":"int","required":true}])", "SELECT x AS n FROM (VALUES (1), (2), (NULL)) t(x)",
       "column `n`, row 3: the value is null, but the table requires one"},
      {R"([{"id":1,"name":"n","type":"int","required":true}])", "SELECT 1 AS other",
       "the query lacks the column `n`, which the table requires"},
      {R"([{"id":1,"name":"n","type":"date"}])", "SELECT 'infinity'::DATE AS n",
       "column `n`, row 1: the value infinity cannot be stored: Iceberg has no endless dates"},
      {R"([{"id":1,"name":"n","type":"time"}])", "SELECT unnest([TIME '23:59:59', '24:00:00']) AS n",
       "column `n`, row 2: the value 24:00:00 cannot be stored: times of Iceberg are before the end of the day"},
      {R"([{"id":1,"name":"n","type":"int"}])", "SELECT 1 AS n, 2 AS N",
       "two columns are named `N` (names compare without case); rename one with AS"},
  };
  for (const Case& entry : cases) {
    INFO(entry.sql);
    const auto written = compute.write(request_for(compute.directory, entry.fields), entry.sql);
    REQUIRE_FALSE(written);
    CHECK(written.error().message == entry.message);
    CHECK(written.error().code == ErrorCode::kData);
    CHECK(file_count(compute.directory) == 0);
  }
}

TEST_CASE("an error of the query keeps its own line and caret") {
  Compute compute;
  const auto binder = compute.write(request_for(compute.directory, kId), "select\n  nope as id");
  REQUIRE_FALSE(binder);
  CHECK(binder.error().code == ErrorCode::kInvalidArgument);
  CHECK(binder.error().message.find("\nLINE 2:   nope as id\n") != std::string::npos);
  const auto cast =
      compute.write(request_for(compute.directory, kId), "select\n  x::int as id\nfrom (values ('1'), ('z')) t(x)");
  REQUIRE_FALSE(cast);
  CHECK(cast.error().message.find("\nLINE 2:   x::int as id\n") != std::string::npos);
  CHECK(file_count(compute.directory) == 0);
}

TEST_CASE("no rows, no files") {
  Compute compute;
  const auto written = compute.write(request_for(compute.directory, kId), "SELECT 1 AS id WHERE false");
  FLOE_REQUIRE_OK(written);
  CHECK(to_json(*written) == R"({"files":[],"rows":0})");
  CHECK(file_count(compute.directory) == 0);
}

TEST_CASE("NaNs are counted, nested ones by their own id") {
  Compute compute;
  const std::string sql =
      "SELECT i AS id, CASE WHEN i % 3 = 0 THEN 'nan'::DOUBLE ELSE -0.0 END AS d, 1.5::FLOAT AS f, "
      "{'x': CASE WHEN i = 1 THEN 'nan'::FLOAT END} AS s, ['nan'::DOUBLE] AS l FROM range(9) t(i)";
  const auto described = compute.describe(sql);
  FLOE_REQUIRE_OK(described);
  const auto written = compute.write(shape_of(*described, compute.directory).request, sql);
  FLOE_REQUIRE_OK(written);
  REQUIRE(written->at("files").as_array().size() == 1);
  CHECK(to_json(written->at("files").as_array()[0].as_object().at("nan_value_counts")) == R"({"2":3,"3":0,"6":1})");
}

TEST_CASE("files keep the order that was asked for, and the target size") {
  Compute compute;
  json::object request = request_for(
      compute.directory,
      R"j([{"id":1,"name":"id","type":"long"},{"id":2,"name":"h","type":"decimal(20,0)","sql_type":"UBIGINT"}])j");
  request["target_file_size_bytes"] = 4000000;
  std::string sql;
  SECTION("by ORDER BY") { sql = "SELECT i AS id, hash(i) AS h FROM range(2000000) t(i) ORDER BY h"; }
  SECTION("by ORDER BY of a query whose expressions nest deeper than JSON may") {
    sql = "SELECT i AS id, hash(i) AS h, ";
    for (int i = 0; i < 200; ++i)
      sql += "abs(";
    sql += "i" + std::string(200, ')') + " AS x FROM range(2000000) t(i) ORDER BY h";
  }
  SECTION("by the sort order") {
    sql = "SELECT i AS id, hash(i) AS h FROM range(2000000) t(i)";
    request["sort_order"] = json::array{
        json::object{{"source_id", 2}, {"transform", "identity"}, {"direction", "asc"}, {"null_order", "nulls-first"}}};
  }
  const auto written = compute.write(request, sql);
  FLOE_REQUIRE_OK(written);
  const json::array& files = written->at("files").as_array();
  CHECK(files.size() >= 4);
  CHECK(files.size() == file_count(compute.directory));
  std::int64_t rows = 0;
  for (const json::value& file : files) {
    rows += file.as_object().at("record_count").as_int64();
    CHECK(file.as_object().at("file_size_in_bytes").as_int64() < 6000000);
    CHECK(static_cast<std::int64_t>(std::filesystem::file_size(std::string(file.as_object().at("path").as_string()))) ==
          file.as_object().at("file_size_in_bytes").as_int64());
  }
  CHECK(rows == 2000000);
  CHECK(compute.rows("SELECT bool_and(ok) AS ok FROM (SELECT h >= lag(h) OVER () AS ok FROM read_parquet(" +
                     paths_sql(*written) + "))") == R"({"ok":true})");
  CHECK(
      compute.rows(
          "SELECT string_agg(DISTINCT field_id::VARCHAR, ',' ORDER BY field_id::VARCHAR) AS ids FROM parquet_schema(" +
          paths_sql(*written) + ")") == R"({"ids":"1,2"})");
}

TEST_CASE("rows sorted by a number keep the sign of their zeros") {
  Compute compute;
  json::object request = request_for(compute.directory, R"([{"id":1,"name":"d","type":"double"}])");
  request["sort_order"] = json::array{
      json::object{{"source_id", 1}, {"transform", "identity"}, {"direction", "asc"}, {"null_order", "nulls-first"}}};
  const auto written = compute.write(request, "SELECT * FROM (VALUES (1.0::DOUBLE), ('-0.0'::DOUBLE), (-1)) t(d)");
  FLOE_REQUIRE_OK(written);
  CHECK(compute.rows("SELECT list(d::VARCHAR) AS d FROM read_parquet(" + paths_sql(*written) + ")") ==
        R"({"d":["-1.0","-0.0","1.0"]})");
}

TEST_CASE("a column named file_row_number does not say where a file is split") {
  Compute compute;
  json::object request = request_for(compute.directory, R"([{"id":1,"name":"file_row_number","type":"long"}])");
  request["target_file_size_bytes"] = 1000000;
  const auto written = compute.write(
      request, "SELECT -hash(i)::HUGEINT // 4 AS file_row_number FROM range(400000) t(i) ORDER BY hash(i)");
  FLOE_REQUIRE_OK(written);
  CHECK(written->at("files").as_array().size() > 1);
  CHECK(compute.rows("SELECT count(*) AS n FROM read_parquet(" + paths_sql(*written) + ")") == R"({"n":400000})");
}

TEST_CASE("a large unordered write rotates by size and loses no row") {
  Compute compute;
  json::object request = request_for(compute.directory, R"([{"id":1,"name":"id","type":"long"}])");
  request["target_file_size_bytes"] = 1000000;
  const auto written = compute.write(request, "SELECT i AS id FROM range(3000000) t(i)");
  FLOE_REQUIRE_OK(written);
  CHECK(written->at("files").as_array().size() > 1);
  CHECK(written->at("files").as_array().size() == file_count(compute.directory));
  CHECK(compute.rows("SELECT count(*) AS n, sum(id)::BIGINT AS s FROM read_parquet(" + paths_sql(*written) + ")") ==
        R"({"n":3000000,"s":4499998500000})");
}

TEST_CASE("every compression of the spec is taken, others are refused") {
  Compute compute;
  for (const char* compression : {"zstd", "snappy", "gzip", "brotli", "lz4", "uncompressed", "none", "ZSTD"}) {
    INFO(compression);
    json::object request = request_for(compute.directory, kId);
    request["compression"] = compression;
    FLOE_CHECK_OK(compute.write(request, "SELECT 1 AS id"));
  }
  json::object request = request_for(compute.directory, kId);
  request["compression"] = "lzo";
  const auto refused = compute.write(request, "SELECT 1 AS id");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message ==
        "unknown compression `lzo`; known are zstd, snappy, gzip, brotli, lz4, uncompressed");
}

TEST_CASE("a staged table is written by its name") {
  Compute compute;
  const auto staged = compute.stage("SELECT i::INT AS id FROM range(3) t(i)");
  FLOE_REQUIRE_OK(staged);
  CHECK(staged->at("rows").as_int64() == 3);
  json::object request = request_for(compute.directory, kId);
  request["staged"] = true;
  const auto written = compute.write(request, std::string(staged->at("name").as_string()));
  FLOE_REQUIRE_OK(written);
  CHECK(compute.rows("SELECT * FROM read_parquet(" + paths_sql(*written) + ") ORDER BY id") ==
        "{\"id\":0}\n{\"id\":1}\n{\"id\":2}");
}

// Of each file: the value of its partition, and a column of its rows.
std::string partitions_of(Compute& compute, const json::object& written, const std::string& column) {
  std::string found;
  for (const json::value& file : written.at("files").as_array()) {
    if (!found.empty()) found += " ";
    found += to_json(file.as_object().at("partition").as_object().at("1000")) + ":";
    const auto ids =
        compute.text_in(compute.session, fmt::format("SELECT string_agg({}::VARCHAR, ',') FROM read_parquet('{}')",
                                                     column, std::string(file.as_object().at("path").as_string())));
    FLOE_REQUIRE_OK(ids);
    found += *ids;
  }
  return found;
}

TEST_CASE("partitioned writes put each partition into files of its own") {
  Compute compute;
  const std::string fields =
      R"j([{"id":1,"name":"id","type":"long"},{"id":2,"name":"ts","type":"timestamp"},{"id":3,"name":"s","type":"string"},
    {"id":4,"name":"d","type":"decimal(9,2)"},{"id":5,"name":"b","type":"boolean"},{"id":6,"name":"u","type":"uuid"}])j";
  const std::string sql =
      "SELECT i AS id, TIMESTAMP '1969-12-31 22:00:00' + INTERVAL (i) HOUR AS ts, "
      "CASE WHEN i < 4 THEN 'abc' || i END AS s, (i - 2)::DECIMAL(9,2) / 4 AS d, i % 2 = 0 AS b, "
      "'f79c3e09-677c-4bbd-a479-3f349cb785e7'::UUID AS u FROM range(5) t(i)";

  struct Case {
    std::int32_t source;
    const char* transform;
    const char* partitions;  // partition value: ids, in order
  };

  const Case cases[] = {
      {1, "identity", "0:0 1:1 2:2 3:3 4:4"},
      {1, "bucket[4]", ""},
      {1, "truncate[2]", "0:0,1 2:2,3 4:4"},
      {2, "year", "-1:0,1 0:2,3,4"},
      {2, "month", "-1:0,1 0:2,3,4"},
      {2, "day", "\"1969-12-31\":0,1 \"1970-01-01\":2,3,4"},
      {2, "hour", "-2:0 -1:1 0:2 1:3 2:4"},
      {2, "identity",
       "\"1969-12-31T22:00:00.000000\":0 \"1969-12-31T23:00:00.000000\":1 \"1970-01-01T00:00:00.000000\":2 "
       "\"1970-01-01T01:00:00.000000\":3 \"1970-01-01T02:00:00.000000\":4"},
      {3, "identity", "\"abc0\":0 \"abc1\":1 \"abc2\":2 \"abc3\":3 null:4"},
      {3, "truncate[3]", "\"abc\":0,1,2,3 null:4"},
      {4, "identity", "\"-0.50\":0 \"-0.25\":1 \"0.00\":2 \"0.25\":3 \"0.50\":4"},
      {4, "truncate[50]", "\"-0.50\":0,1 \"0.00\":2,3 \"0.50\":4"},
      {5, "identity", "false:1,3 true:0,2,4"},
      {6, "bucket[16]", "12:0,1,2,3,4"},
      {1, "void", "null:0,1,2,3,4"},
  };
  int number = 0;
  for (const Case& entry : cases) {
    INFO(entry.source << " " << entry.transform);
    const std::string directory = compute.sub_directory(std::to_string(++number));
    json::object request = request_for(directory, fields);
    request["partition_spec"] = json::array{
        json::object{{"source_id", entry.source}, {"field_id", 1000}, {"name", "p"}, {"transform", entry.transform}}};
    request["sort_order"] = json::array{
        json::object{{"source_id", 1}, {"transform", "identity"}, {"direction", "asc"}, {"null_order", "nulls-first"}}};
    const auto written = compute.write(request, sql);
    FLOE_REQUIRE_OK(written);
    const std::string found = partitions_of(compute, *written, "id");
    CHECK(written->at("rows").to_number<std::int64_t>() == 5);
    if (entry.partitions[0] != '\0') CHECK(found == entry.partitions);
  }
}

TEST_CASE("each row is in one partition, whatever its values are") {
  struct Case {
    const char* type;
    const char* values;      // of the rows, in their order
    const char* partitions;  // value: ids, in order
  };

  const Case cases[] = {
      {"string", R"j(('x' || chr(0) || 'y'), ('x'), (chr(0)), (''), (NULL))j",
       R"j("":3 "\u0000":2 "x":1 "x\u0000y":0 null:4)j"},
      {"double", "('nan'::DOUBLE), ('inf'), ('-inf'), (0.5::DOUBLE), (NULL)",
       R"j("-inf":2 0.5:3 "inf":1 "nan":0 null:4)j"},
      {"double", "(5e-324), (-5e-324), (1.5)", "-5e-324:1 5e-324:0 1.5:2"},
      {"float", "(1e-45), (1.5)", "1e-45:0 1.5:1"},
      {"double", "('-0.0'::DOUBLE), (0.0), (1)", "0.0:1 -0.0:0 1.0:2"},
      {"binary", R"j((''::BLOB), ('\x00'::BLOB), ('\xFF\x00\x01'::BLOB), (NULL))j",
       R"j("":0 "00":1 "ff0001":2 null:3)j"},
  };
  Compute compute;
  int number = 0;
  for (const Case& entry : cases) {
    INFO(entry.type << " " << entry.values);
    const std::string directory = compute.sub_directory(std::to_string(++number));
    json::object request = request_for(
        directory, fmt::format(R"j([{{"id":1,"name":"rowid","type":"long"}},{{"id":2,"name":"floe_p0","type":"{}"}}])j",
                               entry.type));
    request["partition_spec"] =
        json::array{json::object{{"source_id", 2}, {"field_id", 1000}, {"name", "p"}, {"transform", "identity"}}};
    const auto written = compute.write(
        request,
        fmt::format("SELECT row_number() OVER () - 1 AS rowid, v AS floe_p0 FROM (VALUES {}) t(v)", entry.values));
    FLOE_REQUIRE_OK(written);
    CHECK(partitions_of(compute, *written, "rowid") == entry.partitions);
  }
}

TEST_CASE("the transforms give the values of the Iceberg spec") {
  Compute compute;
  const std::pair<const char*, const char*> cases[] = {
      // appendix B: hash & MAX % N with N large
      {"floe_bucket(2147483647, 34)", "2017239379"},
      {"floe_bucket(2147483647, 34::BIGINT)", "2017239379"},
      {"floe_bucket_decimal(2147483647, 14.20::DECIMAL(9,2))", "1646729059"},
      {"floe_bucket_decimal(2147483647, 14.20::DECIMAL(38,2))", "1646729059"},
      {"floe_bucket(2147483647, DATE '2017-11-16')", "1494153226"},
      {"floe_bucket(2147483647, TIME '22:31:08')", "1484720659"},
      {"floe_bucket(2147483647, TIMESTAMP '2017-11-16 22:31:08')", "99539207"},
      {"floe_bucket(2147483647, TIMESTAMPTZ '2017-11-16 14:31:08-08')", "99539207"},
      {"floe_bucket(2147483647, 'iceberg')", "1210000089"},
      {"floe_bucket(2147483647, 'f79c3e09-677c-4bbd-a479-3f349cb785e7'::UUID)", "1488055340"},
      {"floe_bucket(2147483647, '\\x00\\x01\\x02\\x03'::BLOB)", "1958800441"},
      {"floe_bucket(16, NULL::BIGINT)", "null"},
      {"floe_truncate(10, -1)", "-10"},
      {"floe_truncate(10, 1::BIGINT)", "0"},
      {"floe_truncate(2, 'h\xc3\xa9llo')", "\"h\xc3\xa9\""},
      {"floe_year(DATE '1969-12-31')", "-1"},
      {"floe_month(DATE '2017-12-01')", "575"},
      {"floe_day(TIMESTAMP '1969-12-31 23:59:59.999999')", "-1"},
      {"floe_hour(TIMESTAMP '1969-12-31 23:59:59.999999')", "-1"},
  };
  for (const auto& [expression, value] : cases) {
    INFO(expression);
    CHECK(compute.rows(std::string("SELECT ") + expression + " AS v") == std::string("{\"v\":") + value + "}");
  }
}

TEST_CASE("a PIVOT whose columns come from the data is described, staged and written") {
  Compute compute;
  FLOE_REQUIRE_OK(compute.execute("CREATE TEMP TABLE sales AS SELECT i % 2 AS year, i AS amount FROM range(5) t(i)"));
  const std::string sql = "SELECT * FROM (PIVOT sales ON year USING sum(amount)::INT)";
  const auto described = compute.describe(sql);
  FLOE_REQUIRE_OK(described);
  const auto written = compute.write(shape_of(*described, compute.directory).request, sql);
  FLOE_REQUIRE_OK(written);
  CHECK(compute.rows("FROM read_parquet(" + paths_sql(*written) + ")") == R"({"0":6,"1":4})");
  FLOE_CHECK_OK(compute.stage(sql));
  const auto two = compute.stage("select 1; select 2");
  REQUIRE_FALSE(two);
  CHECK(two.error().message == "the SQL holds 2 statements; write one");
}
