#include "base/io/process.hpp"

#include "floe_test.hpp"

#include "base/io/environment.hpp"

#include <csignal>
#include <unistd.h>

using namespace floe;  // NOLINT: a test of this namespace
using namespace floe::io;

namespace {

ProcessRequest shell(const std::string& script) {
  ProcessRequest request;
  request.command = {"sh", "-c", script};
  return request;
}

}  // namespace

TEST_CASE("output, errors and exit codes come back") {
  const auto result = run_process(shell("echo out; echo err >&2; exit 3"));
  FLOE_REQUIRE_OK(result);
  CHECK(result->standard_output == "out\n");
  CHECK(result->standard_error == "err\n");
  CHECK(result->exit_code == 3);
  CHECK(run_process(shell("kill -9 $$"))->exit_code == 137);
  CHECK(run_process(shell("exit 0"))->exit_code == 0);
}

TEST_CASE("much input and output pass through at once") {
  std::string input;
  for (int i = 0; i < 200'000; ++i)
    input += std::to_string(i) + "\n";
  ProcessRequest request;
  request.command = {"cat"};
  request.input = input;
  const auto result = run_process(request);
  FLOE_REQUIRE_OK(result);
  CHECK(result->standard_output == input);
}

TEST_CASE("a child that does not read its input is no error") {
  ProcessRequest request = shell("exit 0");
  request.input = std::string(1'000'000, 'x');
  const auto result = run_process(request);
  FLOE_REQUIRE_OK(result);
  CHECK(result->exit_code == 0);
}

TEST_CASE("working directory and environment") {
  ProcessRequest request = shell("pwd; echo \"$FLOE_TEST_VALUE\"; test -n \"$PATH\"");
  request.working_directory = "/usr";
  request.environment = {{"FLOE_TEST_VALUE", "a b=c"}};
  const auto result = run_process(request);
  FLOE_REQUIRE_OK(result);
  CHECK(result->standard_output == "/usr\na b=c\n");
  CHECK(result->exit_code == 0);
}

TEST_CASE("output can be streamed") {
  ProcessRequest request = shell("echo one; echo two >&2; echo three");
  std::string output;
  std::string errors;
  request.on_stdout = [&](std::string_view text) { output += text; };
  request.on_stderr = [&](std::string_view text) { errors += text; };
  const auto result = run_process(request);
  FLOE_REQUIRE_OK(result);
  CHECK(output == "one\nthree\n");
  CHECK(errors == "two\n");
  CHECK(result->standard_output.empty());
  CHECK(result->standard_error.empty());
}

TEST_CASE("programs that cannot be started") {
  ProcessRequest request;
  CHECK(run_process(request).error().code == ErrorCode::kInvalidArgument);
  request.command = {"floe-no-such-program"};
  CHECK(run_process(request).error().code == ErrorCode::kNotFound);
  CHECK(run_process(request).error().message == "cannot run `floe-no-such-program`: no such file or directory");
  request.command = {"/etc/passwd"};
  CHECK(run_process(request).error().code == ErrorCode::kPermission);
  request.command = {"true"};
  request.working_directory = "/no/such/directory";
  CHECK(run_process(request).error().message ==
        "cannot enter directory `/no/such/directory`: no such file or directory");
}

TEST_CASE("a timeout ends the whole group") {
  ProcessRequest request = shell("echo started >&2; sleep 100 & sleep 100");
  request.timeout_ms = 200;
  const auto clock = make_system_clock();
  const std::int64_t start = clock->monotonic_ns();
  const auto result = run_process(request);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::kTimeout);
  CHECK(result.error().message == "`sh` did not end within 200 ms");
  REQUIRE(result.error().detail("process.stderr") != nullptr);
  CHECK(*result.error().detail("process.stderr") == "started\n");
  CHECK(clock->monotonic_ns() - start < 50'000'000'000);
}

TEST_CASE("a child that ignores SIGTERM is killed") {
  ProcessRequest request = shell("trap '' TERM; echo ready; while :; do sleep 0.05; done");
  bool ready = false;
  request.on_stdout = [&](std::string_view) { ready = true; };
  request.is_cancelled = [&] { return ready; };
  const auto result = run_process(request);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::kCancelled);
}

TEST_CASE("a background process left behind is not waited for") {
  const auto clock = make_system_clock();
  const std::int64_t start = clock->monotonic_ns();
  const auto result = run_process(shell("sleep 100 & echo $!"));
  FLOE_REQUIRE_OK(result);
  CHECK(clock->monotonic_ns() - start < 50'000'000'000);
  ::kill(std::stoi(result->standard_output), SIGKILL);
}

TEST_CASE("no descriptor of ours leaks into a child") {
  const auto result = run_process(shell("ls /proc/self/fd"));
  FLOE_REQUIRE_OK(result);
  // 3 is the directory that ls itself reads.
  CHECK(result->standard_output == "0\n1\n2\n3\n");
}
