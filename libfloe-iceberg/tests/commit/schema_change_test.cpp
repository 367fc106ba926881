// Schemas that writes end up with, clauses that users write, and explicit schema edits.
#include "commit/schema_change.hpp"

#include "../support/table_fixture.hpp"
#include "commit/column_type.hpp"
#include "commit/layout_text.hpp"
#include "commit/table_plan.hpp"

#include <fmt/format.h>

using namespace floe;
using namespace floe::iceberg;
using namespace floe::iceberg::testing;

namespace {

template <class T>
T must(Result<T> result) {
  if (!result.has_value()) FAIL(result.error().to_string());
  return *std::move(result);
}

// `id: int, part: struct<a: long>, tags: list<string>` with ids 1, 2, 3 (4 = part.a, 5 = tags.element).
Schema base() {
  return must(
      Schema::make({{1, "id", false, Type(TypeId::kInt), "key", {}, {}},
                    {2, "part", false, Type::structure({{4, "a", false, Type(TypeId::kInt), {}, {}, {}}}), {}, {}, {}},
                    {3, "tags", false, Type::list(5, false, Type(TypeId::kString)), {}, {}, {}}}));
}

WriteRequest request(const std::string& columns, SchemaChangeMode mode = SchemaChangeMode::kIgnore) {
  WriteRequest made;
  made.columns = must(parse_columns(columns));
  made.on_schema_change = mode;
  made.branch = "main";
  return made;
}

// As Type::to_string, with the columns' docs in parentheses.
std::string fields_text(const Schema& schema) {
  std::string text;
  for (const Field& field : schema.fields()) {
    text += fmt::format("{}{}: {}: {} {}", text.empty() ? "" : ", ", field.id, field.name,
                        field.required ? "required" : "optional", field.type.to_string());
    if (field.doc) text += " (" + *field.doc + ")";
  }
  return "struct<" + text + ">";
}

}  // namespace

TEST_CASE("a replaced schema keeps ids where name and type allow it") {
  struct Case {
    const char* columns;
    const char* expected;
  };

  const auto test = GENERATE(
      Case{R"([{"name":"id","type":"int"}])", "struct<1: id: optional int (key)>"},
      Case{R"([{"name":"ID","type":"long"}])", "struct<1: ID: optional long (key)>"},
      Case{R"([{"name":"id","type":"string"}])", "struct<6: id: optional string>"},
      Case{R"([{"name":"new","type":"int"},{"name":"id","type":"int"}])",
           "struct<6: new: optional int, 1: id: optional int (key)>"},
      Case{
          R"([{"name":"part","type":{"type":"struct","fields":[{"name":"b","type":"int"},{"name":"a","type":"long"}]}}])",
          "struct<2: part: optional struct<6: b: optional int, 4: a: optional long>>"},
      Case{R"([{"name":"tags","type":{"type":"list","element":"string"}}])", "struct<3: tags: optional list<string>>"},
      Case{R"([{"name":"tags","type":{"type":"list","element":"int"}}])", "struct<6: tags: optional list<int>>"},
      Case{
          R"([{"name":"m","type":{"type":"map","key":"string","value":{"type":"struct","fields":[{"name":"x","type":"int"}]}}},{"name":"n","type":"int"}])",
          "struct<6: m: optional map<string, struct<10: x: optional int>>, 7: n: optional int>"});
  INFO(test.columns);
  const auto schema = base();
  CHECK(fields_text(must(plan_replaced_schema(&schema, {}, 5, request(test.columns))).schema) == test.expected);
}

TEST_CASE("columns that differ only in case are refused") {
  const auto result =
      plan_replaced_schema(nullptr, {}, 0, request(R"([{"name":"a","type":"int"},{"name":"A","type":"int"}])"));
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::kData);
}

TEST_CASE("a table evolves as on_schema_change says") {
  const std::string query = R"([{"name":"id","type":"long"},{"name":"new","type":"int","sql_type":"UTINYINT"}])";

  struct Case {
    SchemaChangeMode mode;
    const char* expected;  // empty: refused
    std::vector<std::string> missing;
  };

  const auto test =
      GENERATE(Case{SchemaChangeMode::kIgnore,
                    "struct<1: id: optional int (key), 2: part: optional struct<4: a: optional int>, 3: tags: optional "
                    "list<string>>",
                    {"part", "tags"}},
               Case{SchemaChangeMode::kAppendNew,
                    "struct<1: id: optional long (key), 2: part: optional struct<4: a: optional int>, 3: tags: "
                    "optional list<string>, 6: new: optional int>",
                    {"part", "tags"}},
               Case{SchemaChangeMode::kSyncAll, "struct<1: id: optional long (key), 6: new: optional int>", {}},
               Case{SchemaChangeMode::kFail, "", {}});
  const auto schema = base();
  const auto change = plan_evolved_schema(schema, {{1, "INTEGER"}}, 5, request(query, test.mode));
  if (std::string(test.expected).empty()) {
    REQUIRE_FALSE(change.has_value());
    CHECK(change.error().message ==
          "the columns of query and table differ and on_schema_change is fail; `id` is int in the table and long in "
          "the query; "
          "`new` is new in the query; the query lacks `part`; the query lacks `tags`");
    return;
  }
  REQUIRE(change.has_value());
  CHECK(fields_text(change->schema) == test.expected);
  CHECK(change->missing == test.missing);
  if (test.mode == SchemaChangeMode::kAppendNew) CHECK(change->sql_types == SqlTypes{{6, "UTINYINT"}});
}

TEST_CASE("nested columns evolve too, and changes that lose data need a full refresh") {
  const auto schema = base();
  const auto nested =
      R"([{"name":"part","type":{"type":"struct","fields":[{"name":"a","type":"long"},{"name":"z","type":"date"}]}}])";
  const auto change = must(plan_evolved_schema(schema, {}, 5, request(nested, SchemaChangeMode::kAppendNew)));
  CHECK(change.schema.find(2)->type.to_string() == "struct<4: a: optional long, 6: z: optional date>");
  const auto lossy =
      plan_evolved_schema(schema, {}, 5, request(R"([{"name":"id","type":"string"}])", SchemaChangeMode::kSyncAll));
  REQUIRE_FALSE(lossy.has_value());
  CHECK(lossy.error().message ==
        "column `id` is int in the table and string in the query; such a change needs a full refresh");
}

TEST_CASE("partition clauses are read as people write them") {
  const auto schema = must(Schema::make({{1, "id", false, Type(TypeId::kLong), {}, {}, {}},
                                         {2, "ts", false, Type(TypeId::kTimestamp), {}, {}, {}},
                                         {3, "my col", false, Type(TypeId::kString), {}, {}, {}}}));

  struct Case {
    std::vector<std::string> clauses;
    const char* expected;  // a part of the message when it is refused
  };

  const auto test = GENERATE(
      Case{
          {"day(ts)", "bucket(16, id)"},
          R"([{"name":"ts_day","transform":"day","source-id":2,"field-id":1000},{"name":"id_bucket","transform":"bucket[16]","source-id":1,"field-id":1001}])"},
      Case{
          {"bucket(id, 4)", "bucket(8, ID)"},
          R"([{"name":"id_bucket","transform":"bucket[4]","source-id":1,"field-id":1000},{"name":"id_bucket_8","transform":"bucket[8]","source-id":1,"field-id":1001}])"},
      Case{{"HOURS( ts )"}, R"([{"name":"ts_hour","transform":"hour","source-id":2,"field-id":1000}])"},
      Case{{"truncate(4, \"my col\")"},
           R"([{"name":"my col_trunc","transform":"truncate[4]","source-id":3,"field-id":1000}])"},
      Case{{"`my col`"}, R"([{"name":"my col","transform":"identity","source-id":3,"field-id":1000}])"},
      Case{{"weekly(ts)"}, "cannot be read"}, Case{{"bucket(id)"}, "cannot be read"},
      Case{{"day(ts"}, "cannot be read"}, Case{{""}, "cannot be read"}, Case{{"nothing"}, "which is not there"},
      Case{{"day(id)"}, ""});
  std::int32_t last = 999;
  const auto spec = parse_partition_by(test.clauses, schema, nullptr, &last);
  const std::string expected = test.expected;
  if (expected.starts_with("[")) {
    REQUIRE(spec.has_value());
    CHECK(to_json(partition_fields_to_json(*spec)) == expected);
  } else {
    REQUIRE_FALSE(spec.has_value());
    CHECK(spec.error().to_string().find(expected) != std::string::npos);
  }
}

TEST_CASE("sort clauses have directions and places for nulls") {
  const auto schema = base();
  const auto order = must(parse_sort_by({"id desc", "id asc nulls last", "bucket(4, id)"}, schema));
  CHECK(
      to_json(sort_order_to_json(order)) ==
      R"({"order-id":1,"fields":[{"transform":"identity","source-id":1,"direction":"desc","null-order":"nulls-last"},)"
      R"({"transform":"identity","source-id":1,"direction":"asc","null-order":"nulls-last"},)"
      R"({"transform":"bucket[4]","source-id":1,"direction":"asc","null-order":"nulls-first"}]})");
  CHECK_FALSE(parse_sort_by({"nothing desc"}, schema).has_value());
}

TEST_CASE("locations of odd names are plain path segments and stay apart") {
  CHECK(default_location("file:///w", {{"main", "x"}, "orders"}) == "file:///w/main/x/orders");
  const auto odd = default_location("file:///w", {{"main"}, "a b/../c"});
  CHECK(odd.starts_with("file:///w/main/a_b_.._c-"));
  CHECK(odd != default_location("file:///w", {{"main"}, "a b_.._c"}));
  CHECK(default_location("file:///w", {{".."}, "t"}).starts_with("file:///w/_.-"));
}

TEST_CASE("schema edits go through one commit") {
  TableFixture t;
  REQUIRE(
      t.write(
           R"x({"mode":"create","partition_by":["day(ts)"],"columns":[{"name":"id","type":"int","sql_type":"UTINYINT"},{"name":"ts","type":"timestamp"},)x"
           R"({"name":"part","type":{"type":"struct","fields":[{"name":"a","type":"int"}]}}]})",
           "{}")
          .status == FLOE_OK);
  const auto changed = t.change(
      t.format.update_schema,
      R"([{"action":"add","name":"c","type":"string","doc":"why"},{"action":"rename","name":"id","to":"key"},)"
      R"({"action":"promote","name":"key","type":"long"},{"action":"add","parent":"part","name":"b","type":{"type":"list","element":"int"}},)"
      R"({"action":"rename","name":"part.a","to":"z"},{"action":"move","name":"c","before":"ts"}])");
  INFO(changed.message);
  REQUIRE(changed.status == FLOE_OK);
  CHECK(
      to_json(changed.value.as_object().at("columns")) ==
      R"([{"id":1,"name":"key","type":"long","sql_type":null,"required":false,"doc":null},{"id":5,"name":"c","type":"string","sql_type":null,"required":false,"doc":"why"},)"
      R"({"id":2,"name":"ts","type":"timestamp","sql_type":null,"required":false,"doc":null},{"id":3,"name":"part","type":{"type":"struct","fields":[)"
      R"({"id":4,"name":"z","required":false,"type":"int"},{"id":6,"name":"b","required":false,"type":{"type":"list","element-id":7,"element":"int","element-required":false}}]},)"
      R"("sql_type":null,"required":false,"doc":null}])");

  struct Case {
    const char* edits;
    floe_status status;
  };

  const auto bad =
      GENERATE(Case{R"([{"action":"drop","name":"ts"}])", FLOE_INVALID_STATE},
               Case{R"([{"action":"drop","name":"nothing"}])", FLOE_NOT_FOUND},
               Case{R"([{"action":"promote","name":"key","type":"int"}])", FLOE_INVALID_ARGUMENT},
               Case{R"([{"action":"rename","name":"key","to":"TS"}])", FLOE_ALREADY_EXISTS},
               Case{R"([{"action":"add","name":"KEY","type":"int"}])", FLOE_ALREADY_EXISTS},
               Case{R"([{"action":"explode","name":"key"}])", FLOE_INVALID_ARGUMENT},
               Case{R"([{"action":"add","name":"r","type":"int","required":true}])", FLOE_INVALID_ARGUMENT},
               Case{R"([{"action":"add","name":"v","type":"variant"}])", FLOE_UNSUPPORTED});
  INFO(bad.edits);
  const auto before = t.catalog.tables;
  CHECK(t.change(t.format.update_schema, bad.edits).status == bad.status);
  CHECK(t.catalog.tables == before);
}
