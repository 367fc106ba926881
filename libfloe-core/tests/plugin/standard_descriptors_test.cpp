#include "plugin/standard_descriptors.hpp"

#include "floe_test.hpp"

#include <fcntl.h>
#include <functional>
#include <sys/wait.h>

namespace floe {
namespace {

using Outcome = StandardDescriptors::Outcome;

struct Case {
  std::string name;
  std::function<void()> before;
  std::function<void()> change;
  std::array<Outcome, 3> expected;
};

void replace(int number, const char* path) {
  const int file = ::open(path, O_RDWR | O_CLOEXEC);
  ::dup2(file, number);
  ::close(file);
}

std::vector<Case> all_cases() {
  constexpr auto kSame = Outcome::kSame;
  const auto nothing = [] {};
  const auto close_output = [] { ::close(1); };
  return {
      {"nothing changed", nothing, nothing, {kSame, kSame, kSame}},
      {"closed", nothing, [] { ::close(1), ::close(2); }, {kSame, Outcome::kPutBack, Outcome::kPutBack}},
      {"all closed",
       nothing,
       [] { ::close(0), ::close(1), ::close(2); },
       {Outcome::kPutBack, Outcome::kPutBack, Outcome::kPutBack}},
      {"another file", nothing, [] { replace(1, "/dev/zero"); }, {kSame, Outcome::kLost, kSame}},
      {"closed before", close_output, nothing, {kSame, kSame, kSame}},
      {"closed before, another file now", close_output, [] { replace(1, "/dev/zero"); }, {kSame, kSame, kSame}},
  };
}

// Run in a child: the descriptors of the test stay its own. The number of the first wrong outcome, 0 for none.
int wrong_outcome(const Case& one) {
  for (int number = 0; number <= 2; ++number)
    replace(number, "/dev/null");
  one.before();
  const StandardDescriptors before = StandardDescriptors::take();
  one.change();
  for (int number = 0; number <= 2; ++number) {
    const auto expected = one.expected.at(static_cast<std::size_t>(number));
    if (before.put_back(number) != expected) return 1 + number;
    if (expected == Outcome::kPutBack && before.put_back(number) != Outcome::kSame) return 11 + number;
  }
  return 0;
}

}  // namespace

TEST_CASE("a closed standard descriptor is put back, one with another file is left alone") {
  for (const Case& one : all_cases()) {
    CAPTURE(one.name);
    const pid_t child = ::fork();
    if (child == 0) ::_exit(wrong_outcome(one));
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
}

}  // namespace floe
