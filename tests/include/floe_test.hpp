// The one place that includes Catch2 (2.13), so that a change of version is one line.
#pragma once

#include <catch2/catch.hpp>

// FLOE_CHECK_OK(result): fails with the error's text.
#define FLOE_CHECK_OK(expression)                                                \
  do {                                                                           \
    auto&& floe_checked = (expression);                                          \
    if (!floe_checked.has_value()) FAIL_CHECK(floe_checked.error().to_string()); \
  } while (false)

#define FLOE_REQUIRE_OK(expression)                                        \
  do {                                                                     \
    auto&& floe_checked = (expression);                                    \
    if (!floe_checked.has_value()) FAIL(floe_checked.error().to_string()); \
  } while (false)
