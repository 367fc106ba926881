#include "base/text/pattern.hpp"

#include "floe_test.hpp"

using namespace floe;  // NOLINT: a test of this namespace

TEST_CASE("a pattern begins a text, or is anywhere in it") {
  struct Case {
    const char* pattern;
    std::string text;
    bool begins;
    bool occurs;
  };

  const std::string many(34, 'a');
  const std::vector<Case> cases = {
      {"stg_[a-z0-9_]+", "stg_orders", true, true},
      {"stg_[a-z0-9_]+", "x_stg_orders", false, true},
      {"^stg$", "stg", true, true},
      {"^stg$", "x stg", false, false},
      {"^stg$", "stg\n", false, false},
      {"a|b", "cb", false, true},
      {"(?=.*_v[0-9])[a-z_0-9]+$", "orders_v1", true, true},
      {"(?!tmp_)[a-z]+", "tmp_x", false, true},
      {"\\d{3}", "ab123", false, true},
      {"", "x", true, true},
      {"\xc3\xbc+", "\xc3\xbc", true, true},
      {".", "\xff", true, true},
      // A matcher that tries one way after the other takes longer than anyone waits.
      {"(a+)+$", many + "_", false, false},
      {"(a|a)*b", many, false, false},
      {"(a*)*(a*)*c", many + many, false, false},
      {"(.*)*x", std::string(1000, 'y'), false, false},
  };
  for (const Case& c : cases) {
    INFO(c.pattern << " in " << c.text);
    const auto pattern = text::Pattern::parse(c.pattern);
    FLOE_REQUIRE_OK(pattern);
    for (const bool otherwise : {false, true}) {
      CHECK(pattern->begins(c.text, otherwise) == c.begins);
      CHECK(pattern->occurs_in(c.text, otherwise) == c.occurs);
    }
  }
}

TEST_CASE("a pattern that is none says why") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"(a", "missing closing parenthesis"},
      {"[z-a]", "range out of order in character class"},
      {"(a)\\1", "it refers back to a group"},
      {"([a-z]_){1,99}([a-z]_){1,99}", "its repetitions make it too large"},
      {"((a{1,1000}){1,1000}){1,1000}", "regular expression is too large"},
      {std::string(501, 'a'), "it is longer than 500 bytes"},
      {"(*UTF)a", "using UTF is disabled by the application"},
  };
  for (const auto& [text, why] : cases) {
    INFO(text);
    const auto pattern = text::Pattern::parse(text);
    REQUIRE_FALSE(pattern);
    CHECK(pattern.error().message == why);
  }
}

TEST_CASE("a pattern is the whole of a text, of bytes or of code points") {
  struct Case {
    const char* pattern;
    std::string text;
    bool of_bytes;
    bool of_code_points;
  };

  const std::vector<Case> cases = {
      {"[a-z]+", "abc", true, true},        {"[a-z]+", "abc\n", false, false},
      {"a|ab", "ab", true, true},           {"(a+)+", std::string(400, 'a') + "_", false, false},
      {".", "\xc3\xbc", false, true},       {"..", "\xc3\xbc", true, false},
      {"[^a]{2}", "\xc3\xbc", true, false}, {"\\u0041.\\u{42}", "AxB", true, true},
      {"a.b", "a\rb", false, false},
  };
  for (const Case& c : cases) {
    INFO(c.pattern << " for " << c.text);
    const auto bytes = text::Pattern::parse(c.pattern);
    const auto code_points = text::Pattern::parse(c.pattern, text::PatternUnit::kCodePoint);
    FLOE_REQUIRE_OK(bytes);
    FLOE_REQUIRE_OK(code_points);
    for (const bool otherwise : {false, true}) {
      CHECK(bytes->is_whole(c.text, otherwise) == c.of_bytes);
      CHECK(code_points->is_whole(c.text, otherwise) == c.of_code_points);
    }
  }
}

TEST_CASE("what cannot be told within the limits is left to the caller") {
  const auto calls_itself = text::Pattern::parse("a(?R)?b");
  FLOE_REQUIRE_OK(calls_itself);
  CHECK(calls_itself->begins("aabb", false));
  const auto code_points = text::Pattern::parse(".", text::PatternUnit::kCodePoint);
  FLOE_REQUIRE_OK(code_points);
  for (const bool otherwise : {false, true}) {
    CHECK(calls_itself->begins(std::string(100'000, 'a'), otherwise) == otherwise);
    CHECK(code_points->is_whole("\xff", otherwise) == otherwise);
  }
}
