#include "schema/bounds.hpp"

#include "support/fixture.hpp"

using namespace floe::iceberg;

TEST_CASE("text bounds are cut by code points and the upper one is raised") {
  struct Case {
    std::string value;
    std::string lower;
    std::string upper;  // "none" = no bound
  };

  const Case cases[] = {
      {"abc", "abc", "abc"},
      {"", "", ""},
      {"abcd", "abc", "abd"},
      {"éééé", "ééé", "ééê"},
      {"ab\x7fz", "ab\x7f", "ab\xc2\x80"},
      {"ab\xed\x9f\xbfz", "ab\xed\x9f\xbf", "ab\xee\x80\x80"},  // U+D7FF is followed by U+E000
      {"a\xf4\x8f\xbf\xbf\xf4\x8f\xbf\xbfz", "a\xf4\x8f\xbf\xbf\xf4\x8f\xbf\xbf", "b"},
      {"\xf4\x8f\xbf\xbf\xf4\x8f\xbf\xbf\xf4\x8f\xbf\xbfz", "\xf4\x8f\xbf\xbf\xf4\x8f\xbf\xbf\xf4\x8f\xbf\xbf", "none"},
  };
  for (const Case& test : cases) {
    CAPTURE(test.value);
    CHECK(truncate_lower_bound(TypeId::kString, test.value, 3) == test.lower);
    CHECK(truncate_upper_bound(TypeId::kString, test.value, 3).value_or("none") == test.upper);
  }
}

TEST_CASE("binary bounds are cut by bytes") {
  CHECK(truncate_upper_bound(TypeId::kBinary, "\x01\x02\x03", 2) == "\x01\x03");
  CHECK(truncate_upper_bound(TypeId::kBinary, "\x01\xff\x03", 2) == "\x02");
  CHECK(truncate_upper_bound(TypeId::kBinary, "\x01\xff", 2) == "\x01\xff");
  CHECK_FALSE(truncate_upper_bound(TypeId::kBinary, "\xff\xff\x03", 2).has_value());
  CHECK(truncate_lower_bound(Type::fixed(3), "\x01\xff\x03", 2) == "\x01\xff");
  const std::string uuid(16, 'x');
  CHECK(truncate_lower_bound(TypeId::kUuid, uuid, 2) == uuid);
  CHECK(truncate_upper_bound(TypeId::kLong, "12345678", 2) == "12345678");
}
