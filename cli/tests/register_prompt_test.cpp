#include "register_prompt.hpp"

#include "floe_test.hpp"

#include <sstream>

using namespace floe::cli;

TEST_CASE("a scan that writes needs agreement") {
  CHECK(needs_agreement("table register", R"({"scan":true})"));
  CHECK_FALSE(needs_agreement("table register", R"({"scan":true,"yes":true})"));
  CHECK_FALSE(needs_agreement("table register", R"({"scan":true,"dry_run":true})"));
  CHECK_FALSE(needs_agreement("table register", R"({"name":"a.b","metadata":"c"})"));
  CHECK_FALSE(needs_agreement("run", R"({"scan":true})"));
  CHECK(as_dry_run(R"({"scan":true})") == R"({"scan":true,"dry_run":true})");
}

TEST_CASE("only yes agrees, and nobody is asked about nothing") {
  struct Case {
    const char* answer;
    const char* typed;
    bool is_agreed;
    const char* printed;
  };

  const char* work = R"({"success":true,"registered":[{}]})";
  const char* question = "Register them? [y/N] ";
  const Case cases[] = {
      {work, "y\n", true, question},
      {work, " YES \n", true, question},
      {work, "\n", false, question},
      {work, "no\n", false, question},
      {work, "yesterday\n", false, question},
      {work, "", false, "Register them? [y/N] \n"},
      {R"({"success":true,"registered":[]})", "y\n", false, ""},
      {R"({"success":false,"registered":[{}]})", "y\n", false, ""},
      {"", "y\n", false, ""},
  };
  for (const auto& one : cases) {
    INFO(one.typed);
    std::istringstream in(one.typed);
    std::ostringstream out;
    CHECK(is_agreed(one.answer, in, out) == one.is_agreed);
    CHECK(out.str() == one.printed);
  }
}
