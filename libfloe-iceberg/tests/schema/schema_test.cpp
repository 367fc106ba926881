#include "schema/schema.hpp"

#include "schema/fresh_ids.hpp"
#include "support/fixture.hpp"

using namespace floe;
using namespace floe::iceberg;
using testing::take;

namespace {

Schema java_schema(const char* key) {
  const json::object shapes = testing::read_json_fixture("java/shapes.json");
  return take(Schema::from_json_text(testing::text_member(shapes, key)));
}

std::string java_text(const char* key) {
  return testing::text_member(testing::read_json_fixture("java/shapes.json"), key);
}

std::string failure_of(const char* json_text) {
  const Result<Schema> schema = Schema::from_json_text(json_text);
  return schema.has_value() ? "" : schema.error().to_string();
}

}  // namespace

TEST_CASE("schema JSON is byte for byte what Java writes") {
  for (const char* key : {"schema_text", "identified_text", "fresh_text", "base_text", "reassigned_text"}) {
    CAPTURE(key);
    CHECK(java_schema(key).to_json_text() == java_text(key));
  }
}

TEST_CASE("columns are found by id and by dotted name") {
  const Schema schema = java_schema("schema_text");
  CHECK(schema.schema_id() == 7);
  CHECK(schema.highest_field_id() == 30);

  struct Case {
    const char* name;
    std::int32_t id;  // 0 = absent
  };

  const Case cases[] = {{"id", 1},
                        {"place.inner.deep", 19},
                        {"tags.element", 21},
                        {"counts.key", 23},
                        {"counts.value", 24},
                        {"counts.value.x", 25},
                        {"counts.x", 25},
                        {"counts.value.x.element", 26},
                        {"counts.x.element", 26},
                        {"1st-col.x", 28},
                        {"ID", 0},
                        {"place.deep", 0},
                        {"", 0}};
  for (const Case& test : cases) {
    CAPTURE(test.name);
    const Field* field = schema.find(std::string_view(test.name));
    CHECK((field == nullptr ? 0 : field->id) == test.id);
  }
  CHECK(take(schema.find_ignore_case("PLACE.Lat"))->id == 17);
  CHECK(take(schema.find_ignore_case("nothing")) == nullptr);
  CHECK(schema.column_name(26) == "counts.value.x.element");
  CHECK(schema.place(26)->inside_repeated);
  CHECK_FALSE(schema.place(19)->inside_repeated);
  CHECK(schema.place(19)->parent_id == 18);
  CHECK(schema.find(99) == nullptr);
}

TEST_CASE("a name that differs in case only from two columns is ambiguous") {
  const Schema schema = take(Schema::make({Field{1, "a", false, TypeId::kInt}, Field{2, "A", false, TypeId::kInt}}));
  CHECK(take(schema.find_ignore_case("a"))->id == 1);
  const Schema longer = take(Schema::make({Field{1, "ab", false, TypeId::kInt}, Field{2, "AB", false, TypeId::kInt}}));
  CHECK(longer.find_ignore_case("Ab").error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("fresh ids go level by level as in Java") {
  CHECK(take(assign_fresh_ids(java_schema("schema_text"), 0)).to_json_text() == java_text("fresh_text"));
}

TEST_CASE("replace keeps the ids of columns that had the same name") {
  std::int32_t last_id = 104;
  CHECK(take(reassign_ids(java_schema("schema_text"), java_schema("base_text"), 0, &last_id)).to_json_text() ==
        java_text("reassigned_text"));
  CHECK(last_id == 129);
}

TEST_CASE("identifier fields follow their columns to new ids") {
  const Schema schema =
      take(Schema::make({Field{10, "a", false, TypeId::kInt}, Field{20, "b", true, TypeId::kLong}}, 0, {20}));
  CHECK(take(assign_fresh_ids(schema)).identifier_field_ids() == std::vector<std::int32_t>{2});
}

TEST_CASE("malformed schemas say what is wrong") {
  CHECK(failure_of(R"({"type":"struct","fields":[{"id":1,"name":"a","required":true,"type":"int"},)"
                   R"({"id":1,"name":"b","required":true,"type":"int"}]})") ==
        "field id 1 is used by both `a` and `b`");
  CHECK(failure_of(R"({"type":"struct","fields":[{"id":1,"name":"a","required":true,"type":"int"},)"
                   R"({"id":2,"name":"a","required":true,"type":"int"}]})") == "two columns are named `a`");
  CHECK(failure_of(R"({"type":"struct","fields":[{"id":1,"name":"a","required":true,"type":"nope"}]})") ==
        "field `a`: `nope` is not an Iceberg type");
  CHECK(failure_of(R"({"type":"struct","identifier-field-ids":[1],"fields":[{"id":1,"name":"a","required":false,)"
                   R"("type":"int"}]})") ==
        "identifier field `a` must be a required primitive column that is no float or double, reached through required "
        "structs only");
  CHECK(failure_of(R"({"type":"list","element-id":1,"element":"int","element-required":true})") ==
        "a schema's type is not `struct`");
  CHECK_FALSE(failure_of(R"({"fields":[]})").empty());
  CHECK_FALSE(failure_of("[]").empty());
}

TEST_CASE("schemas are the same by columns, whatever their id") {
  const Schema schema = java_schema("schema_text");
  const Schema other = schema.with_schema_id(9);
  CHECK(other.schema_id() == 9);
  CHECK(schema.same_columns(other));
  CHECK_FALSE(schema == other);
  CHECK(other.find("place.lat")->id == 17);
  CHECK_FALSE(schema.same_columns(java_schema("fresh_text")));
}
