#include "base/text/printable.hpp"

#include "floe_test.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"

using namespace floe;
using namespace floe::text;

TEST_CASE("foreign text has no control characters, and its lines stay lines") {
  CHECK(printable("a\x1b[31m\t\r\n\x7f\xc2\x9b\xe2\x80\xae\xff") ==
        "a\u241b[31m\u2409\u240d\u240a\u2421\ufffd\ufffd\ufffd");
  CHECK(printable_lines("a\x1b\tb\r\nc\rd\n") == "a\u241b\tb\r\nc\u240dd\n");
}

TEST_CASE("what reorders text or shows nothing is seen; what words are written with stays") {
  for (const char32_t hidden :
       U"\u00AD\u034F\u061C\u180E\u200B\u200E\u200F\u2028\u2029\u202A\u202E\u2060\u2066\u2069"
       U"\u3164\uFEFF\uFFF9\U000E0041\U000E0100") {
    if (hidden == 0) continue;
    CAPTURE(static_cast<std::uint32_t>(hidden));
    CHECK(is_hidden(hidden));
    CHECK(visible(hidden) == 0xFFFDU);
  }
  const std::string words =
      "caf\u00E9 \u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 \U0001F469\u200D\U0001F4BB\uFE0F \u00A0";
  CHECK(printable(words) == words);
}

TEST_CASE("an output keeps the colours of floe and no other sequence") {
  const std::string own = "\r\x1b[2K\x1b[1;31merror\x1b[0m \x1b[2m1/2\x1b[0m\n\tline\r\n";
  CHECK(printable_output(own) == own);
  CHECK(printable_output("\x1b[8mx\x1b]0;t\x07\x1b[2K\r\xe2\x80\xae") ==
        "\u241b[8mx\u241b]0;t\u2407\u241b[2K\u240d\ufffd");
}

TEST_CASE("a JSON document stays the same document") {
  const json::value value{{"a\u202E", "\u200B \U000E0041 ##[error] ##vso[task.x] # ## ok"}};
  const std::string shown = printable_json(to_json(value));
  CHECK(shown == R"({"a\u202e":"\u200b \udb40\udc41 \u0023#[error] \u0023#vso[task.x] # ## ok"})");
  CHECK(*parse_json(shown) == value);
  const std::string pretty = to_pretty_json(json::value{{"a", "b"}});
  CHECK(printable_json(pretty) == pretty);
}

TEST_CASE("lines of others are no commands of a CI system") {
  CHECK(without_commands("a ::b\n::error::x\n \t\u3000::add-mask::y\n\x1b[2m::z") ==
        "a ::b\n\\::error::x\n \t\u3000\\::add-mask::y\n\x1b[2m\\::z");
  CHECK(without_commands("##[error]x ##vso[task.setvariable]y ###teamcity[z] ## [a] ##5[") ==
        "#\\#[error]x #\\#vso[task.setvariable]y ##\\#teamcity[z] ## [a] ##5[");
  CHECK(without_commands("").empty());
  CHECK(without_commands("::a\n\n") == "\\::a\n\n");
}
