#include "schema/name_mapping.hpp"

#include "support/fixture.hpp"

using namespace floe;
using namespace floe::iceberg;
using testing::take;

TEST_CASE("a name mapping keeps ids, names and nested fields") {
  const auto mapping = take(parse_name_mapping(
      R"([{"field-id":1,"names":["id","record_id"]},{"names":["data"]},
          {"field-id":3,"names":["location"],"fields":[{"field-id":4,"names":["latitude","lat"]}]}])"));
  REQUIRE(mapping.size() == 3);
  CHECK(find_mapped(mapping, "record_id")->id == 1);
  CHECK_FALSE(find_mapped(mapping, "data")->id.has_value());
  CHECK(find_mapped(find_mapped(mapping, "location")->fields, "lat")->id == 4);
  CHECK(find_mapped(mapping, "ID") == nullptr);
}

TEST_CASE("a name mapping that is malformed says how") {
  struct Case {
    std::string text;
    std::string message;
  };

  const std::vector<Case> cases = {
      {"{}", "mapped fields are an array"},
      {"[1]", "a mapped field is an object with `names`"},
      {R"([{"field-id":1}])", "key `names` is missing"},
      {R"([{"names":[1]}])", "`names` holds strings"},
      {R"([{"field-id":-1,"names":[]}])", "`field-id` -1 is out of range"},
      {R"([{"field-id":2147483648,"names":[]}])", "`field-id` 2147483648 is out of range"},
      {R"([{"names":[],"fields":{}}])", "mapped fields are an array"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    CHECK(parse_name_mapping(text).error().message == message);
  }
  std::string deep;
  for (int i = 0; i < 20; ++i)
    deep += R"([{"names":[],"fields":)";
  CHECK_FALSE(parse_name_mapping(deep).has_value());
}
