#include "schema/type.hpp"

#include "schema/literal.hpp"
#include "support/fixture.hpp"

using namespace floe;
using namespace floe::iceberg;

TEST_CASE("primitive types are parsed and printed as Java prints them") {
  struct Case {
    const char* text;
    const char* printed;  // "" = refused
  };

  const Case cases[] = {
      {"boolean", "boolean"},
      {"int", "int"},
      {"timestamptz", "timestamptz"},
      {"uuid", "uuid"},
      {"decimal(9,2)", "decimal(9, 2)"},
      {"decimal(9, 2)", "decimal(9, 2)"},
      {"decimal( 38 , 0 )", "decimal(38, 0)"},
      {"decimal(39, 2)", ""},
      {"decimal(9)", ""},
      {"decimal(2, 3)", ""},
      {"decimal(9, -1)", ""},
      {"decimal", ""},
      {"fixed[16]", "fixed[16]"},
      {"fixed[-1]", ""},
      {"fixed(16)", ""},
      {"fixed", ""},
      {"timestamp_ns", "timestamp_ns"},
      {"variant", "variant"},
      {"unknown", "unknown"},
      {"geometry", "geometry"},
      {"geometry(srid:4326)", "geometry(srid:4326)"},
      {"geography(srid:4326, spherical)", "geography(srid:4326, spherical)"},
      {"bigint", ""},
      {"", ""},
      {"Int", ""},
  };
  for (const Case& test : cases) {
    CAPTURE(test.text);
    const Result<Type> type = parse_primitive_type(test.text);
    CHECK((type.has_value() ? type->to_string() : "") == test.printed);
  }
}

TEST_CASE("promotions are those of format version 2") {
  const auto allowed = [](const char* from, const char* to) {
    return can_promote(*parse_primitive_type(from), *parse_primitive_type(to));
  };
  CHECK(allowed("int", "long"));
  CHECK(allowed("float", "double"));
  CHECK(allowed("decimal(9, 2)", "decimal(18, 2)"));
  CHECK(allowed("string", "string"));
  CHECK_FALSE(allowed("long", "int"));
  CHECK_FALSE(allowed("decimal(9, 2)", "decimal(18, 3)"));
  CHECK_FALSE(allowed("decimal(18, 2)", "decimal(9, 2)"));
  CHECK_FALSE(allowed("int", "double"));
  CHECK_FALSE(allowed("date", "timestamp"));
  CHECK_FALSE(allowed("string", "binary"));
}

TEST_CASE("types of version 3 are refused for writing by name and place") {
  const Type inner = Type::structure({Field{2, "when", false, TypeId::kTimestampNs}});
  const Type root = Type::structure({Field{1, "outer", false, inner}});
  const Status status = check_writable(root);
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().code == ErrorCode::kUnsupported);
  CHECK(status.error().to_string() ==
        "in `outer`: column `when` has type `timestamp_ns`, which needs format version 3; floe writes version 2");
  CHECK(check_writable(Type::structure({Field{1, "a", true, TypeId::kLong}})).has_value());
}

TEST_CASE("a decimal takes the fewest bytes its precision allows") {
  for (std::int32_t precision = 1; precision <= 38; ++precision) {
    Int128 limit = 1;
    for (std::int32_t i = 0; i < precision; ++i)
      limit *= 10;
    std::int32_t bytes = 1;
    while (bytes < 16 && ((static_cast<Int128>(1) << (8 * bytes - 1)) < limit))
      ++bytes;
    CAPTURE(precision);
    CHECK(decimal_required_bytes(precision) == bytes);
  }
}

TEST_CASE("deeply nested types are refused, not recursed into") {
  std::string text = "\"int\"";
  for (int i = 0; i < 50; ++i)
    text = R"({"type":"list","element-id":1,"element-required":true,"element":)" + text + "}";
  CHECK(type_from_json(testing::take(parse_json(text))).has_value());
  for (int i = 0; i < 60; ++i)
    text = R"({"type":"list","element-id":1,"element-required":true,"element":)" + text + "}";
  const Result<Type> deep = type_from_json(testing::take(parse_json(text)));
  REQUIRE_FALSE(deep.has_value());
  CHECK(deep.error().code == ErrorCode::kData);
}
