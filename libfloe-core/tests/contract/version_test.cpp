#include "contract/version.hpp"

#include "floe_test.hpp"

using namespace floe;

TEST_CASE("a version satisfies what is needed") {
  struct Case {
    const char* needed;
    const char* satisfied;
    const char* refused;
  };

  const std::vector<Case> cases = {
      {"1.2", "1.2", "1.1"},     {"1.2", "1.2.9", "2.0"}, {"1.2", "1.10", "0.9"},    {"1", "1.0.0", "2.0"},
      {"0.2", "0.2.7", "0.3"},   {"0.2", "0.2", "0.1"},   {"0", "0.9", "1.0"},       {"=1.2.3", "1.2.3", "1.2.4"},
      {"=1.2", "v1.2.0", "1.3"}, {">=1.2", "3.0", "1.1"}, {">=0.2", "1.0", "0.1.9"}, {"1.2", "1.2", "newest"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.needed, c.satisfied, c.refused);
    CHECK(contract::satisfies(c.satisfied, c.needed));
    CHECK_FALSE(contract::satisfies(c.refused, c.needed));
  }
}
