#include "base/io/forked_process.hpp"

#include "floe_test.hpp"

#include "base/io/environment.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace floe::io {
namespace {

ForkResult run(std::function<void(const ForkReport&)> body, std::int64_t timeout_ms = 20'000) {
  ForkRequest request;
  request.body = std::move(body);
  request.timeout_ms = timeout_ms;
  auto result = run_forked(request);
  FLOE_REQUIRE_OK(result);
  return *std::move(result);
}

TEST_CASE("what a forked body says and prints arrives") {
  const ForkResult result = run([](const ForkReport& report) {
    report.write("said");
    std::printf("printed");
    std::fprintf(stderr, "complained");
  });
  CHECK(result.is_finished);
  CHECK(result.report == "said");
  CHECK(result.standard_output == "printed");
  CHECK(result.standard_error == "complained");
}

TEST_CASE("a forked body that crashes, exits or throws has not finished, and what it said before is kept") {
  const ForkResult crashed = run([](const ForkReport& report) {
    report.write("before");
    ::raise(SIGKILL);
  });
  CHECK((crashed.signal == SIGKILL && !crashed.is_finished && crashed.report == "before"));
  const ForkResult left = run([](const ForkReport&) { ::_exit(0); });
  CHECK((left.exit_code == 0 && !left.is_finished));
  const ForkResult thrown = run([](const ForkReport&) { throw std::runtime_error("a reason"); });
  CHECK((!thrown.is_finished && thrown.standard_error == "a reason\n"));
}

TEST_CASE("a forked body that hangs is ended at its timeout, and at a cancel") {
  const auto hang = [](const ForkReport&) {
    for (;;)
      ::pause();
  };
  const ForkResult late = run(hang, 50);
  CHECK((late.is_timeout && !late.is_finished && late.signal == SIGKILL));
  ForkRequest request;
  request.body = hang;
  request.is_cancelled = [] { return true; };
  const auto cancelled = run_forked(request);
  REQUIRE_FALSE(cancelled.has_value());
  CHECK(cancelled.error().code == ErrorCode::kCancelled);
}

TEST_CASE("a forked body runs in its folder, with default signal actions") {
  ForkRequest request;
  request.working_directory = "/";
  request.body = [](const ForkReport& report) {
    std::string path(256, '\0');
    report.write(::getcwd(path.data(), path.size()) == nullptr ? "none" : path.c_str());
    struct sigaction action{};
    ::sigaction(SIGINT, nullptr, &action);
    report.write(action.sa_handler == SIG_DFL ? " default" : " other");
  };
  const auto result = run_forked(request);
  FLOE_REQUIRE_OK(result);
  CHECK(result->report == "/ default");
}

}  // namespace
}  // namespace floe::io
