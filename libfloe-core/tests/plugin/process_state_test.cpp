#include "plugin/process_state.hpp"

#include "floe_test.hpp"

#include <clocale>
#include <cstdlib>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>

namespace floe {
namespace {

using Words = std::vector<std::string>;

struct Change {
  std::function<void()> make;
  Words words;
};

std::vector<Change> all_changes() {
  return {
      {[] { REQUIRE(::chdir("/") == 0); }, {"the working directory"}},
      {[] { ::umask(0); }, {"the umask"}},
      {[] { REQUIRE(std::setlocale(LC_ALL, "C.UTF-8") != nullptr); }, {"the locale"}},
      {[] { ::setenv("FLOE_TEST_NEW", "1", 1); }, {"the environment variable `FLOE_TEST_NEW`"}},
      {[] { ::setenv("FLOE_TEST_KEPT", "other", 1); }, {"the environment variable `FLOE_TEST_KEPT`"}},
      {[] { ::signal(SIGUSR1, SIG_IGN); }, {"what SIGUSR1 does"}},
      {[] {
         ::signal(SIGINT, SIG_IGN);
         ::signal(SIGTERM, SIG_IGN);
       },
       {"what SIGINT does", "what SIGTERM does"}},
      {[] {
         sigset_t all;
         sigfillset(&all);
         ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
       },
       {"the signal mask of its thread"}},
      {[] {
         rlimit limit{};
         ::getrlimit(RLIMIT_NOFILE, &limit);
         limit.rlim_cur = 64;
         ::setrlimit(RLIMIT_NOFILE, &limit);
       },
       {"the limit RLIMIT_NOFILE"}},
  };
}

TEST_CASE("what differs is put back and named, and then nothing differs") {
  ::setenv("FLOE_TEST_KEPT", "value", 1);
  ::unsetenv("FLOE_TEST_NEW");
  for (const Change& change : all_changes()) {
    const ProcessState before = ProcessState::take();
    change.make();
    const ProcessChanges changes = before.put_back(ProcessState::take());
    CHECK(changes.lasting.empty());
    CHECK(changes.put_back == change.words);
    CHECK(before.put_back(ProcessState::take()).is_empty());
    CHECK(std::string(std::getenv("FLOE_TEST_KEPT")) == "value");
  }
  ::unsetenv("FLOE_TEST_KEPT");
}

}  // namespace
}  // namespace floe
