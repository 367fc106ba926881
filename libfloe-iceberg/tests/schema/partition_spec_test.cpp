#include "schema/partition_spec.hpp"

#include "schema/sort_order.hpp"
#include "support/fixture.hpp"

#include <fmt/format.h>

using namespace floe;
using namespace floe::iceberg;
using testing::take;

namespace {

Schema java_schema() {
  const json::object shapes = testing::read_json_fixture("java/shapes.json");
  return take(Schema::from_json_text(testing::text_member(shapes, "schema_text")));
}

Literal literal(const char* type, const char* json_text) {
  return take(literal_from_json(take(parse_primitive_type(type)), take(parse_json(json_text))));
}

Transform transform_named(const char* text) { return take(transform::parse(text)); }

// The tuple of the Java program for a spec.
PartitionTuple java_tuple(const PartitionSpec& spec, const Type& type) {
  PartitionTuple tuple;
  for (std::size_t i = 0; i < spec.fields.size(); ++i) {
    const Type& field = type.fields()[i].type;
    if (spec.fields[i].transform.text == "void") {
      tuple.push_back(std::nullopt);
      continue;
    }
    switch (field.id()) {
      case TypeId::kBoolean:
        tuple.push_back(Literal::boolean(true));
        break;
      case TypeId::kInt:
      case TypeId::kDate:
        tuple.push_back(Literal{field, std::int64_t{-7}});
        break;
      case TypeId::kTime:
        tuple.push_back(Literal{field, std::int64_t{81'068'000'001}});
        break;
      case TypeId::kFloat:
        tuple.push_back(Literal::real(1.5F));
        break;
      case TypeId::kDouble:
        tuple.push_back(Literal::double_real(-2.25));
        break;
      case TypeId::kDecimal:
        tuple.push_back(Literal{field, *decimal_from_text("-14.20", field.scale())});
        break;
      case TypeId::kString:
        tuple.push_back(Literal::string("né"));
        break;
      case TypeId::kUuid:
        tuple.push_back(literal("uuid", "\"f79c3e09-677c-4bbd-a479-3f349cb785e7\""));
        break;
      case TypeId::kFixed:
        tuple.push_back(literal("fixed[5]", "\"01020304FF\""));
        break;
      case TypeId::kBinary:
        tuple.push_back(literal("binary", "\"00C8\""));
        break;
      default:
        tuple.push_back(Literal{field, std::int64_t{1'700'000'000'000'001}});
    }
  }
  return tuple;
}

}  // namespace

TEST_CASE("specs and sort orders are byte for byte what Java writes") {
  const json::object shapes = testing::read_json_fixture("java/shapes.json");
  for (const auto& [name, text] : shapes.at("specs").as_object()) {
    CAPTURE(std::string(name));
    const std::string golden(to_view(text.as_string()));
    const PartitionSpec spec = take(partition_spec_from_json(take(parse_json_object(golden))));
    CHECK(to_json(json::value(partition_spec_to_json(spec))) == golden);
    CHECK(check_partition_spec(spec, java_schema()).has_value());
  }
  for (const char* key : {"sort_order_text", "unsorted_text"}) {
    const std::string golden = testing::text_member(shapes, key);
    const SortOrder order = take(sort_order_from_json(take(parse_json_object(golden))));
    CHECK(to_json(json::value(sort_order_to_json(order))) == golden);
    CHECK(check_sort_order(order, java_schema()).has_value());
  }
}

TEST_CASE("partition paths are those of Java") {
  const json::object shapes = testing::read_json_fixture("java/shapes.json");
  for (const char* name : {"identity_all", "transforms"}) {
    const std::string text(to_view(shapes.at("specs").as_object().at(name).as_string()));
    const PartitionSpec spec = take(partition_spec_from_json(take(parse_json_object(text))));
    const Type type = take(partition_type(spec, java_schema()));
    const char* key = std::string_view(name) == "transforms" ? "transforms_path" : "identity_path";
    CHECK(partition_path(spec, java_tuple(spec, type)) == testing::text_member(shapes, key));
  }
}

TEST_CASE("field ids of version 1 specs follow their position") {
  const auto spec = take(partition_spec_from_json(
      take(parse_json_object(R"({"spec-id":0,"fields":[{"name":"a","transform":"identity","source-id":1},)"
                             R"({"name":"b","transform":"bucket[4]","source-ids":[2]}]})"))));
  CHECK(spec.fields[1].field_id == 1001);
  CHECK(spec.fields[1].source_id == 2);
  CHECK(spec.last_field_id() == 1001);
  CHECK(PartitionSpec{}.last_field_id() == 999);
}

TEST_CASE("transforms give Iceberg's results") {
  struct Case {
    const char* transform;
    const char* type;
    const char* value;
    const char* result;
    const char* result_type;
  };

  const Case cases[] = {
      {"bucket[16]", "int", "34", "3", "int"},
      {"bucket[16]", "long", "34", "3", "int"},
      {"bucket[100]", "decimal(9, 2)", "\"14.20\"", "59", "int"},
      {"bucket[100]", "string", "\"iceberg\"", "89", "int"},
      {"bucket[100]", "uuid", "\"f79c3e09-677c-4bbd-a479-3f349cb785e7\"", "40", "int"},
      {"bucket[128]", "binary", "\"00010203\"", "57", "int"},
      {"bucket[100]", "date", "\"2017-11-16\"", "26", "int"},
      {"bucket[100]", "timestamp", "\"2017-11-16T22:31:08\"", "7", "int"},
      {"bucket[100]", "timestamp_ns", "\"2017-11-16T22:31:08.000001001\"", "38", "int"},
      {"truncate[10]", "int", "-1", "-10", "int"},
      {"truncate[10]", "long", "99", "90", "long"},
      {"truncate[50]", "decimal(9, 2)", "\"10.65\"", "\"10.50\"", "decimal(9, 2)"},
      {"truncate[50]", "decimal(9, 2)", "\"-0.05\"", "\"-0.50\"", "decimal(9, 2)"},
      {"truncate[2]", "string", "\"éàü\"", "\"éà\"", "string"},
      {"truncate[2]", "binary", "\"0102FF\"", "\"0102\"", "binary"},
      {"year", "date", "\"1969-12-31\"", "-1", "int"},
      {"month", "timestamp", "\"1969-12-31T23:59:59.999999\"", "-1", "int"},
      {"day", "timestamptz", "\"1969-12-31T23:59:59.999999+00:00\"", "\"1969-12-31\"", "date"},
      {"day", "timestamp_ns", "\"1970-01-02T00:00:00.000000000\"", "\"1970-01-02\"", "date"},
      {"hour", "timestamp", "\"1969-12-31T22:59:59.999999\"", "-2", "int"},
      {"identity", "double", "-0.0", "-0.0", "double"},
      {"void", "string", "\"x\"", "null", "string"},
  };
  for (const Case& test : cases) {
    CAPTURE(test.transform, test.type, test.value);
    const Transform transform = transform_named(test.transform);
    const Literal value = literal(test.type, test.value);
    CHECK(take(transform_result_type(transform, value.type)).to_string() == test.result_type);
    const std::optional<Literal> result = take(apply_transform(transform, value));
    CHECK((result ? to_json(literal_to_json(*result)) : "null") == test.result);
    if (result) CHECK(result->type.to_string() == test.result_type);
  }
}

TEST_CASE("transforms refuse types they do not take") {
  const std::pair<const char*, const char*> cases[] = {
      {"bucket[4]", "double"}, {"bucket[4]", "boolean"}, {"truncate[4]", "date"},
      {"truncate[4]", "uuid"}, {"hour", "date"},         {"year", "string"},
      {"day", "time"},         {"identity", "variant"},  {"identity", "geometry"}};
  for (const auto& [transform, type] : cases) {
    CAPTURE(transform, type);
    const auto result = transform_result_type(transform_named(transform), take(parse_primitive_type(type)));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().to_string() ==
          fmt::format("transform `{}` does not accept a column of type `{}`", transform, type));
  }
}

TEST_CASE("wrong specs are named") {
  const auto failure = [](std::vector<PartitionField> fields) {
    const Status status = check_partition_spec(PartitionSpec{0, std::move(fields)}, java_schema());
    return status.has_value() ? "" : status.error().to_string();
  };
  const auto field = [](std::int32_t source, std::int32_t id, const char* name, const char* transform) {
    return PartitionField{source, id, name, transform_named(transform), {}};
  };
  CHECK(failure({field(99, 1000, "x", "identity")}) == "partition field `x`: column 99 is not in the schema");
  CHECK(failure({field(1, 1000, "name", "bucket[4]")}) ==
        "partition field `name` has the name of a column it is not the identity of");
  CHECK(failure({field(1, 1000, "p", "identity"), field(2, 1001, "p", "identity")}) ==
        "two partition fields are named `p`");
  CHECK(failure({field(1, 1000, "p", "identity"), field(2, 1000, "q", "identity")}) ==
        "two partition fields have the id 1000");
  CHECK(failure({field(21, 1000, "p", "identity")}) == "cannot partition by `tags.element`: its type is `string`");
  CHECK(failure({field(16, 1000, "p", "identity")}).starts_with("cannot partition by `place`"));
  CHECK(failure({field(1, 1000, "p", "zorder")}) == "partition field `p` uses `zorder`, which floe cannot write");
  CHECK(failure({field(99, 1000, "gone", "void")}).empty());
}
