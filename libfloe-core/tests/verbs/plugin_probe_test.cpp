#include "verbs/plugin_probe.hpp"

#include "floe_test.hpp"
#include "plugin/running_call.hpp"

#include "base/fail.hpp"

#include <csignal>
#include <unistd.h>

namespace floe::run {
namespace {

std::string tried(const std::function<Status()>& body, int milliseconds = 20'000) {
  const Status status = probe(body, std::chrono::milliseconds(milliseconds), CancelSource());
  if (status) return "ok";
  return std::string(error_code_name(status.error().code)) + ": " + status.error().to_string();
}

TEST_CASE("a probe answers what its body answers") {
  CHECK(tried([] { return ok(); }) == "ok");
  CHECK(tried([]() -> Status { return fail(ErrorCode::kUnavailable, "the server does not answer"); }) ==
        "unavailable: the server does not answer");
}

TEST_CASE("a body that crashes, ends its process or hangs is told with the call that ran") {
  const auto inside = [](void (*act)()) {
    return [act]() -> Status {
      const RunningCall running(call_name("org.example.bad", "lineage.create", "/p/bad.so"));
      act();
      return ok();
    };
  };
  constexpr const char* kPlace = "in `lineage.create` of plugin `org.example.bad`";
  CHECK(tried(inside([] { ::raise(SIGSEGV); })) == std::string("panic: crashed ") + kPlace + ": Segmentation fault");
  CHECK(tried(inside([] { ::_exit(0); })) == std::string("panic: ended its process with exit code 0, ") + kPlace);
  CHECK(tried(inside([] { ::pause(); }), 1'000) == std::string("timeout: no answer within 1 s, ") + kPlace);
  CHECK(tried([]() -> Status { ::_exit(3); }) == "panic: ended its process with exit code 3, outside of its methods");
}

TEST_CASE("a probe ends with the request to cancel") {
  CancelSource cancel;
  cancel.cancel();
  const Status status = probe(
      [] {
        ::pause();
        return ok();
      },
      std::chrono::seconds(20), cancel);
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().code == ErrorCode::kCancelled);
}

}  // namespace
}  // namespace floe::run
