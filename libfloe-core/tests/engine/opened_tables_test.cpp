#include "engine/opened_tables.hpp"

#include "floe_test.hpp"

TEST_CASE("--at takes a snapshot id or a time") {
  struct Case {
    const char* text;
    const char* payload;
  };

  const auto c = GENERATE(
      Case{"", R"({"snapshot_id":null,"timestamp_ms":null,"ref":null,"own_schema":false})"},
      Case{"7263", R"({"snapshot_id":"7263","timestamp_ms":null,"ref":null,"own_schema":true})"},
      Case{"2026-01-31", R"({"snapshot_id":null,"timestamp_ms":1769817600000,"ref":null,"own_schema":true})"},
      Case{"2026-01-31T00:00:01", R"({"snapshot_id":null,"timestamp_ms":1769817601000,"ref":null,"own_schema":true})"},
      Case{"2026-01-31T01:00:01+01:00",
           R"({"snapshot_id":null,"timestamp_ms":1769817601000,"ref":null,"own_schema":true})"});
  const auto payload = floe::run::at_payload(c.text);
  FLOE_REQUIRE_OK(payload);
  CHECK(*payload == c.payload);
}

TEST_CASE("--at says what it takes") {
  const auto payload = floe::run::at_payload("yesterday");
  REQUIRE_FALSE(payload.has_value());
  CHECK(payload.error().message ==
        "`yesterday` is neither a snapshot id nor a time; write digits, or for example 2026-01-31T12:00:00Z");
}

TEST_CASE("nested types read like Iceberg's own spelling") {
  const auto type = floe::parse_json(
      R"({"type":"struct","fields":[{"id":1,"name":"a","type":"int"},{"id":2,"name":"b","type":)"
      R"({"type":"map","key-id":3,"key":"string","value-id":4,"value":{"type":"list","element-id":5,"element":"long"}}}]})");
  CHECK(floe::run::type_text(*type) == "struct<a: int, b: map<string, list<long>>>");
}
