#include "plugin/process_state.hpp"

#include "floe_test.hpp"

#include <cfenv>
#include <clocale>
#include <cstdlib>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>

namespace floe {
namespace {

using Told = std::vector<std::string>;

struct Change {
  std::function<void()> make;
  Told told;
};

void handle(int /*number*/) {}

rlim_t most_of_core() {
  rlimit limit{};
  ::getrlimit(RLIMIT_CORE, &limit);
  return limit.rlim_max;
}

void limit_core(rlim_t bytes) {
  const rlimit limit{bytes, most_of_core()};
  REQUIRE(::setrlimit(RLIMIT_CORE, &limit) == 0);
}

std::vector<Change> all_changes() {
  const std::string most = most_of_core() == RLIM_INFINITY ? "unlimited" : std::to_string(most_of_core());
  return {
      {[] { REQUIRE(::chdir("/") == 0); }, {"the working directory is / now, and was /usr"}},
      {[] { ::umask(027); }, {"the umask is 027 now, and was 022"}},
      {[] { REQUIRE(std::setlocale(LC_ALL, "C.UTF-8") != nullptr); }, {"the locale is C.UTF-8 now, and was C"}},
      {[] { ::setenv("FLOE_TEST_NEW", "s3cret", 1); }, {"the environment variable `FLOE_TEST_NEW` is new"}},
      {[] { ::setenv("FLOE_TEST_KEPT", "s3cret", 1); },
       {"the environment variable `FLOE_TEST_KEPT` has another value than before"}},
      {[] { ::unsetenv("FLOE_TEST_KEPT"); }, {"the environment variable `FLOE_TEST_KEPT` is gone"}},
      {[] { ::signal(SIGUSR1, SIG_IGN); }, {"the action of SIGUSR1 is to ignore it now, and was the default"}},
      {[] { ::signal(SIGUSR2, SIG_DFL); },
       {"the action of SIGUSR2 is the default now, and was a handler of `core_tests`"}},
      {[] {
         ::signal(SIGHUP, SIG_IGN);
         ::signal(SIGALRM, handle);
       },
       {"the action of SIGHUP is to ignore it now, and was the default",
        "the action of SIGALRM is a handler of `core_tests` now, and was the default"}},
      {[] {
         sigset_t some;
         sigemptyset(&some);
         sigaddset(&some, SIGUSR1);
         sigaddset(&some, SIGALRM);
         ::pthread_sigmask(SIG_BLOCK, &some, nullptr);
       },
       {"the signal mask is SIGUSR1, SIGALRM now, and was empty"}},
      {[] { std::fesetround(FE_UPWARD); }, {"the floating-point mode is another than before"}},
      {[] { limit_core(100); }, {"the limit RLIMIT_CORE is 100 of " + most + " now, and was 150 of " + most}},
  };
}

TEST_CASE("what differs is put back and told, without values of variables, and then nothing differs") {
  const ProcessState of_the_tests = ProcessState::take();
  ::setenv("FLOE_TEST_KEPT", "value", 1);
  REQUIRE(::chdir("/usr") == 0);
  ::umask(022);
  ::signal(SIGUSR2, handle);
  limit_core(150);
  for (const Change& change : all_changes()) {
    const ProcessState before = ProcessState::take();
    change.make();
    Told told;
    for (const ProcessChange& one : before.put_back()) {
      CHECK(one.is_back);
      told.push_back(one.what + " " + one.how);
    }
    CHECK(told == change.told);
    CHECK(before.put_back().empty());
    CHECK(std::string(std::getenv("FLOE_TEST_KEPT")) == "value");
  }
  CHECK(of_the_tests.put_back().size() >= 4);
}

}  // namespace
}  // namespace floe
