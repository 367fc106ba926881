#include "base/text/template.hpp"

#include "floe_test.hpp"

namespace floe::text {
namespace {

TEST_CASE("places are filled, once") {
  struct Case {
    std::string pattern;
    std::string text;
  };

  const Places places{{"NAME", "vault"}, {"NOTHING", ""}, {"PLACE", "@NAME@"}, {"LINES", "a\nb"}};
  for (const auto& [pattern, text] : {
           Case{"", ""},
           Case{"class @NAME@ {};\n", "class vault {};\n"},
           Case{"@NAME@@NAME@", "vaultvault"},
           Case{"@PLACE@", "@NAME@"},
           Case{"mail @nobody@NAME@ me@", "mail @nobodyvault me@"},
           Case{"one\n@NOTHING@\ntwo\n", "one\ntwo\n"},
           Case{"one\n@NOTHING@", "one\n"},
           Case{" @NOTHING@\n", " \n"},
           Case{"@NOTHING@@NAME@\n", "vault\n"},
           Case{"  @LINES@;\n", "  a\nb;\n"},
       }) {
    CAPTURE(pattern);
    CHECK(filled(pattern, places) == text);
  }
}

TEST_CASE("an embedded file by its path") {
  const std::vector<EmbeddedFile> files{{"a/b.in", "one"}, {"a/c.in", "two"}};
  CHECK(embedded(files, "a/c.in") == "two");
}

}  // namespace
}  // namespace floe::text
