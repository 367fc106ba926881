#include "../support/table_fixture.hpp"
#include "metadata/view_metadata.hpp"

using namespace floe;
using namespace floe::iceberg;
using namespace floe::iceberg::testing;

TEST_CASE("a view is created, replaced, loaded and dropped") {
  TableFixture t;
  const auto create = [&](const std::string& sql, bool replace) {
    return t.change(
        t.format.create_view,
        fmt::format(
            R"({{"sql":"{}","dialect":"duckdb","columns":[{{"name":"id","type":"int","sql_type":"UTINYINT"}}],"replace":{}}})",
            sql, replace));
  };
  const auto load = [&] {
    return t.run([&](floe_call* call, floe_sink* sink) {
      return t.format.load_view(t.tables, t.host.table(), call, kOrders.data(), kOrders.size(), sink);
    });
  };
  const auto first = create("select 1 as id", false);
  REQUIRE(first.status == FLOE_OK);
  CHECK(text_of(first.value, "version_id") == "1");
  CHECK(create("select 2 as id", false).status == FLOE_ALREADY_EXISTS);
  CHECK(text_of(create("select 1 as id", true).value, "version_id") == "1");  // the same again
  const auto second = create("select 2 as id", true);
  CHECK(text_of(second.value, "version_id") == "2");
  CHECK(text_of(second.value, "view_uuid") == text_of(first.value, "view_uuid"));
  const auto loaded = load();
  REQUIRE(loaded.status == FLOE_OK);
  CHECK(to_json(loaded.value.at("representations")) == R"([{"sql":"select 2 as id","dialect":"duckdb"}])");
  CHECK(text_of(loaded.value, "kind") == "view");
  CHECK(to_json(loaded.value.as_object().at("columns")) ==
        R"([{"id":1,"name":"id","type":"int","sql_type":"UTINYINT","required":false,"doc":null}])");
  // SQL of another engine is not taken away by a replacement.
  const auto foreign =
      t.change(t.format.create_view,
               R"({"sql":"select 3 as id","dialect":"spark","columns":[{"name":"id","type":"int"}],"replace":true})");
  CHECK(
      foreign.message ==
      "view `main.orders` has SQL for duckdb, which replacing it would lose; drop the view first, or set its property "
      "`replace.drop-dialect.allowed` to `true`");
  // A table of that name is refused before any data is written.
  std::uint64_t handle = 0;
  const auto begun = t.begin(R"({"mode":"replace","columns":[{"name":"id","type":"int"}]})", &handle);
  CHECK(begun.status == FLOE_ALREADY_EXISTS);
  CHECK(begun.message == "`main.orders` is a view; drop it first");
  floe_call call;
  const std::string request = R"({"if_exists":true})";
  CHECK(t.format.drop_view(t.tables, t.host.table(), &call, kOrders.data(), kOrders.size(), request.data(),
                           request.size()) == FLOE_OK);
  CHECK(t.format.drop_view(t.tables, t.host.table(), &call, kOrders.data(), kOrders.size(), request.data(),
                           request.size()) == FLOE_OK);
  CHECK(load().status == FLOE_NOT_FOUND);
}

TEST_CASE("view metadata is written as it was read") {
  const std::string text =
      R"({"view-uuid":"fa6506c3-7681-40c8-86dc-e36561f83385","format-version":1,"location":"s3://bucket/w/v","properties":{"comment":"Daily"},)"
      R"("schemas":[{"type":"struct","schema-id":1,"fields":[{"id":1,"name":"event_count","required":false,"type":"int","doc":"Count"}]}],)"
      R"("current-version-id":1,"versions":[{"version-id":1,"timestamp-ms":1573518431292,"schema-id":1,"summary":{"engine-name":"Spark"},)"
      R"("default-catalog":"prod","default-namespace":["default"],"representations":[{"type":"sql","sql":"SELECT 1","dialect":"spark"}]}],)"
      R"("version-log":[{"timestamp-ms":1573518431292,"version-id":1}]})";
  const auto view = parse_view_metadata(text);
  REQUIRE(view.has_value());
  CHECK(write_view_metadata(*view) == text);
  auto broken = text;
  broken.replace(broken.find(R"("current-version-id":1)"), 22, R"("current-version-id":3)");
  CHECK(parse_view_metadata(broken).error().message == "`current-version-id` 3 is no version of the view");
  auto later = text;
  later.replace(later.find(R"("format-version":1)"), 18, R"("format-version":2)");
  CHECK(parse_view_metadata(later).error().code == ErrorCode::kUnsupported);
}
