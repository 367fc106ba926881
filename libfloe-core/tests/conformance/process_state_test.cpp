#include "conformance/process_state.hpp"

#include "floe_test.hpp"

#include <csignal>
#include <cstdlib>
#include <functional>

namespace floe::conformance {
namespace {

struct Change {
  std::function<void()> make;
  std::function<void()> undo;
  std::string told;
};

void handle(int /*number*/) {}

std::vector<Change> all_changes() {
  return {
      {[] { ::setenv("FLOE_TEST_STATE", "s3cret", 1); }, [] { ::unsetenv("FLOE_TEST_STATE"); },
       "the environment variable `FLOE_TEST_STATE` is new"},
      {[] { ::setenv("FLOE_TEST_KEPT", "s3cret", 1); }, [] { ::setenv("FLOE_TEST_KEPT", "kept", 1); },
       "the environment variable `FLOE_TEST_KEPT` has another value than before"},
      {[] { ::unsetenv("FLOE_TEST_KEPT"); }, [] { ::setenv("FLOE_TEST_KEPT", "kept", 1); },
       "the environment variable `FLOE_TEST_KEPT` is gone"},
      {[] { ::signal(SIGUSR2, SIG_IGN); }, [] { ::signal(SIGUSR2, SIG_DFL); },
       "SIGUSR2 is ignored now, and was the default action"},
      {[] { ::signal(SIGUSR2, handle); }, [] { ::signal(SIGUSR2, SIG_DFL); },
       "SIGUSR2 is a handler of `core_tests` now, and was the default action"},
  };
}

}  // namespace

TEST_CASE("what changed is told by name, without values of variables") {
  ::setenv("FLOE_TEST_KEPT", "kept", 1);
  for (const Change& change : all_changes()) {
    const ProcessState before = ProcessState::take();
    CHECK(before.changes(ProcessState::take()).empty());
    change.make();
    const auto told = before.changes(ProcessState::take());
    change.undo();
    CHECK(told == std::vector<std::string>{change.told});
  }
}

TEST_CASE("a thread is found by its id") {
  const auto names = thread_names();
  CHECK(names.size() == resource_use().threads);
}

}  // namespace floe::conformance
