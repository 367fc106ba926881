#include "schema/field_name.hpp"

#include "schema/type.hpp"
#include "support/fixture.hpp"

using namespace floe;
using namespace floe::iceberg;
using testing::take;

TEST_CASE("names with a NUL character are refused by name, texts with one are kept") {
  const std::string refused =
      R"(the name "a\u0000b" of a field has a NUL character, which floe does not read; rename it with the engine that wrote the table)";
  const auto field = parse_json_object(R"({"name":"a\u0000b"})");
  const auto name = read_field_name(take(field));
  REQUIRE_FALSE(name);
  CHECK(name.error().code == ErrorCode::kUnsupported);
  CHECK(name.error().message == refused);
  const auto type = type_from_json(
      take(parse_json(R"({"type":"struct","fields":[{"id":1,"name":"s","required":false,"doc":"x\u0000y","type":
          {"type":"struct","fields":[{"id":2,"name":"a\u0000b","required":false,"type":"int"}]}}]})")));
  REQUIRE_FALSE(type);
  CHECK(type.error().message == refused);
}
