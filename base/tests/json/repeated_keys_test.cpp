#include "base/json/repeated_keys.hpp"

#include "floe_test.hpp"

using namespace floe;  // NOLINT: test

TEST_CASE("duplicate keys are found") {
  struct Case {
    std::string text;
    std::vector<std::string> keys;
  };

  const std::vector<Case> cases = {
      {R"({"a": 1, "b": {"a": 2}, "c": [{"a": 3}, {"a": 4}]})", {}},
      {R"({"a": 1, "a": 2})", {"a"}},
      {R"({"a": {"x": 1, "y": [{"z": 1, "z": 2}], "x": 2}, "a": 3, "a": 4})", {"z", "x", "a", "a"}},
      {R"({"a\u0062": 1, "ab": 2, "": 3, "": 4})", {"ab", ""}},
      {R"({"a": 1, "a": 2, nonsense)", {"a"}},
      {"[1, 2]", {}},
      {"", {}},
      {std::string(300, '['), {}},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(repeated_keys(c.text) == c.keys);
  }
}
