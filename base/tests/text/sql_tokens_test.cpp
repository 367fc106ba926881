#include "base/text/sql_tokens.hpp"

#include "floe_test.hpp"

using namespace floe;  // NOLINT: test

namespace {

// The tokens, with a space between.
std::string tokens_of(std::string_view sql) {
  std::string out;
  text::SqlTokens tokens(sql);
  for (std::string_view token = tokens.next(); !token.empty(); token = tokens.next()) {
    if (!out.empty()) out += ' ';
    out += token;
  }
  return out;
}

}  // namespace

TEST_CASE("tokens of SQL end where DuckDB ends them") {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"select a,b", "select a , b"},
      {"a->>'b'->c", "a ->> 'b' -> c"},
      {"-- b\na /* b /* c */ d */ e", "a e"},
      {"'a''b' E'c\\'d' \"e\"\"f\"", "'a''b' E'c\\'d' \"e\"\"f\""},
      {"$$a 'b$$ $t$c $$ d$t$", "$$a 'b$$ $t$c $$ d$t$"},
      {"x$$, y", "x$$ , y"},
      {"a$b$ c", "a$b$ c"},
      {"\xC3\xA9$$ c", "\xC3\xA9$$ c"},
      {"$1a$ b", "$1 a$ b"},
      {"$1$$a b$$", "$1 $$a b$$"},
      {"$name = 1", "$ name = 1"},
      {"1$$a b$$", "1 $$a b$$"},
      {"1x$$ b", "1 x$$ b"},
      {"1e5$$a b$$", "1e5 $$a b$$"},
      {"1e5x$$ b", "1e5 x$$ b"},
      {"1.e5$$a b$$", "1.e5 $$a b$$"},
      {".5e-3$$a b$$", ".5e-3 $$a b$$"},
      {"0xF$$a b$$", "0xF $$a b$$"},
      {"0b12", "0b1 2"},
      {"1_000.5 1..2", "1_000.5 1 . .2"},
      {"a[1:2] t.c", "a [ 1 : 2 ] t . c"},
      {"'no end", "'no end"},
      {"$$no end", "$$no end"},
  };
  for (const auto& [sql, tokens] : cases) {
    INFO(sql);
    CHECK(tokens_of(sql) == tokens);
  }
}
