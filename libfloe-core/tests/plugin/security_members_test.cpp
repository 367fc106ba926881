#include "floe_test.hpp"
#include "plugin/config_schema.hpp"

namespace {

using namespace floe;

}  // namespace

TEST_CASE("what is weaker below") {
  struct Case {
    const char* rule;
    const char* above;
    const char* below;
    bool is_weaker;
  };

  const Case cases[] = {
      {"fixed", R"("a")", R"("a")", false},
      {"fixed", R"("a")", R"("b")", true},
      {"fixed", R"(["a"])", "null", true},
      {"fixed", "null", R"("b")", true},
      {"raise", "false", "true", false},
      {"raise", "true", "false", true},
      {"raise", "1", "1.5", false},
      {"raise", "2", "1", true},
      {"raise", R"("tls")", R"("mtls")", false},
      {"raise", R"("tls")", R"("none")", true},
      {"raise", R"("tls")", R"("odd")", true},
      {"raise", "true", "null", true},
      {"lower", "60", "30", false},
      {"lower", "60", "600", true},
      {"lower", "false", "true", true},
      {"lower", R"("4GB")", R"("512 MiB")", false},
      {"lower", R"("4GB")", R"("4gib")", true},
      {"lower", R"("1.5TB")", R"("1500 GB")", false},
      {"lower", R"("4GB")", R"("80%")", true},
      {"lower", R"("80%")", R"("80%")", false},
      {"lower", R"("4GB")", R"("1 fish")", true},
  };
  for (const Case& one : cases) {
    SecurityMember member{.name = "x"};
    if (one.rule == std::string_view("raise")) member.rule = SecurityRule::kRaise;
    if (one.rule == std::string_view("lower")) member.rule = SecurityRule::kLower;
    member.order = {"none", "tls", "mtls"};
    CAPTURE(one.rule, one.above, one.below);
    CHECK(is_weaker(member, *parse_json(one.above), *parse_json(one.below)) == one.is_weaker);
  }
}
