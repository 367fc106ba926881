#include "base/error.hpp"

#include "floe_test.hpp"

#include "base/fail.hpp"
#include "base/result.hpp"

#include <set>

namespace {

floe::Result<int> half(int value) {
  if (value % 2 != 0) return floe::failf(floe::ErrorCode::kInvalidArgument, "`{}` is odd", value);
  return value / 2;
}

floe::Result<std::string> quarter(int value) {
  const int first = FLOE_TRY(half(value));
  const int second = FLOE_TRY(half(first).with_context("second half"));
  return std::to_string(second);
}

}  // namespace

TEST_CASE("each code has its own name") {
  std::set<std::string_view> names;
  for (int code = 1; code <= 17; ++code)
    names.insert(floe::error_code_name(static_cast<floe::ErrorCode>(code)));
  CHECK(names.size() == 17);
  CHECK(names.count("unknown") == 0);
  CHECK(floe::error_code_name(floe::ErrorCode::kNotFound) == "not_found");
  CHECK(floe::error_code_name(static_cast<floe::ErrorCode>(99)) == "unknown");
}

TEST_CASE("FLOE_TRY passes values and errors") {
  CHECK(*quarter(8) == "2");
  const auto failed = quarter(6);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().to_string() == "second half: `3` is odd");
  CHECK(half(4).transform([](int value) { return value + 1; }).value_or(0) == 3);
  CHECK(half(3).value_or(-1) == -1);
  CHECK(*half(8).and_then(half) == 2);
}

TEST_CASE("details are found by key") {
  const floe::Error error = floe::fail(floe::ErrorCode::kData, "bad").with_detail("file", "a.csv");
  REQUIRE(error.detail("file") != nullptr);
  CHECK(*error.detail("file") == "a.csv");
  CHECK(error.detail("line") == nullptr);
}
