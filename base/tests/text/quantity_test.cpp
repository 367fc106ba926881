#include "base/text/quantity.hpp"

#include "floe_test.hpp"

TEST_CASE("counts and durations read well") {
  CHECK(floe::text::grouped_count(0) == "0");
  CHECK(floe::text::grouped_count(-1234567) == "-1,234,567");
  CHECK(floe::text::short_duration(0.049) == "0.05s");
  CHECK(floe::text::short_duration(125.9) == "2m05s");
}
