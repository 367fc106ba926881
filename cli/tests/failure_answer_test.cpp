#include "failure_answer.hpp"

#include "floe_test.hpp"

TEST_CASE("without an answer the findings are the answer") {
  CHECK(floe::cli::failure_answer(2, R"({"version":1,"diagnostics":[{"code":"FLOE-E0303"}],"summary":{}})") ==
        R"({"success":false,"exit_code":2,"diagnostics":[{"code":"FLOE-E0303"}]})");
  CHECK(floe::cli::failure_answer(130, "{}") == R"({"success":false,"exit_code":130,"diagnostics":[]})");
}
