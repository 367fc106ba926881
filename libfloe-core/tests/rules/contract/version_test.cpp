#include "rules/contract/version.hpp"

#include "floe_test.hpp"

using namespace floe;

TEST_CASE("a version satisfies what is needed") {
  struct Case {
    const char* needed;
    const char* satisfied;
    const char* refused;
  };

  const std::vector<Case> cases = {
      {"1.2", "1.2", "1.1"},
      {"1.2", "1.2.9", "2.0"},
      {"1.2", "1.10", "0.9"},
      {"1", "1.0.0", "2.0"},
      {"0.2", "0.2.7", "0.3"},
      {"0.2", "0.2", "0.1"},
      {"0", "0.9", "1.0"},
      {"=1.2.3", "1.2.3", "1.2.4"},
      {"=1.2", "v1.2.0", "1.3"},
      {">=1.2", "3.0", "1.1"},
      {">=0.2", "1.0", "0.1.9"},
      {"1.2", "1.2", "newest"},
      {"1.2", "1.3.0-rc.1", "1.2.0-rc.1"},
      {"1.2", "1.2.0+b", "2.0.0-rc.1"},
      {"=1.2.0-rc1", "1.2.0-rc1", "1.2"},
      {">=1.2.0-rc.2", "1.2.0-rc.10", "1.2.0-rc.1"},
      {"1.2", "1.2", "01.2"},
      {"1.2", "1.2.1-20261123080000", "1.1234567890"},
      {"1.2", "1.2", "1.2-rc1"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.needed, c.satisfied, c.refused);
    CHECK(contract::satisfies(c.satisfied, c.needed));
    CHECK_FALSE(contract::satisfies(c.refused, c.needed));
  }
}

TEST_CASE("versions are ordered as semver.org orders them") {
  const std::vector<const char*> rising = {"0.9",        "1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                           "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
                                           "1.0",        "1.0.1-rc.1",   "1.0.1",         "1.1"};
  for (std::size_t i = 0; i < rising.size(); ++i) {
    for (std::size_t k = 0; k < rising.size(); ++k) {
      CAPTURE(rising[i], rising[k]);
      CHECK((contract::parse_version(rising[i]) < contract::parse_version(rising[k])) == (i < k));
    }
  }
  CHECK(contract::parse_version("1.0") == contract::parse_version("v1.0.0+build.7"));
}
