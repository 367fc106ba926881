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
    Agreement said;
    const char* printed;
  };

  const char* work = R"({"success":true,"registered":[{}]})";
  const char* question = "Register them? [y/N] ";
  const Case cases[] = {
      {work, "y\n", Agreement::kAgreed, question},
      {work, " YES \n", Agreement::kAgreed, question},
      {work, "\n", Agreement::kDeclined, question},
      {work, "no\n", Agreement::kDeclined, question},
      {work, "yesterday\n", Agreement::kDeclined, question},
      {work, "", Agreement::kDeclined, "Register them? [y/N] \n"},
      {R"({"success":true,"registered":[]})", "y\n", Agreement::kNothingToDo, ""},
      {R"({"success":false,"registered":[{}]})", "y\n", Agreement::kNothingToDo, ""},
      {"", "y\n", Agreement::kNothingToDo, ""},
  };
  for (const auto& one : cases) {
    INFO(one.typed);
    std::istringstream in(one.typed);
    std::ostringstream out;
    CHECK(ask_agreement(one.answer, in, out) == one.said);
    CHECK(out.str() == one.printed);
  }
}
