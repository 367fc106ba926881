#include "base/text/text.hpp"

#include "floe_test.hpp"

using namespace floe::text;  // NOLINT: a test of this namespace

TEST_CASE("UTF-8 validity") {
  const struct {
    std::string_view bytes;
    std::optional<std::size_t> invalid_at;
  } cases[] = {
      {"", std::nullopt},
      {"plain ascii, long enough for the fast path", std::nullopt},
      {"caf\xC3\xA9", std::nullopt},
      {"\xE2\x82\xAC \xF0\x9F\x98\x80", std::nullopt},
      {"\xF4\x8F\xBF\xBF", std::nullopt},
      {"abc\xFF", 3},
      {"\xC0\x80", 0},          // overlong NUL
      {"\xE0\x80\xAF", 0},      // overlong slash
      {"\xED\xA0\x80", 0},      // surrogate
      {"\xF4\x90\x80\x80", 0},  // above U+10FFFF
      {"12345678\xC3", 8},      // cut off
      {"\xE2\x82", 0},
      {"\x80", 0},
  };

  for (const auto& one : cases) {
    CAPTURE(one.bytes);
    CHECK(find_invalid_utf8(one.bytes) == one.invalid_at);
    CHECK(is_valid_utf8(one.bytes) == !one.invalid_at.has_value());
  }
}

TEST_CASE("code points are counted, found and decoded") {
  const std::string_view text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
  CHECK(code_point_count(text) == 5);
  const std::size_t offsets[] = {0, 1, 3, 6, 10, 11, 11};
  for (std::size_t i = 0; i < std::size(offsets); ++i)
    CHECK(code_point_offset(text, i) == offsets[i]);
  CHECK(code_point_offset("0123456789abcdef", 13) == 13);
  std::u32string decoded;
  std::string encoded;
  for (std::size_t position = 0; position < text.size();) {
    decoded.push_back(next_code_point(text, &position));
    append_utf8(&encoded, decoded.back());
  }
  CHECK(decoded == U"a\u00E9\u20AC\U0001F600z");
  CHECK(encoded == text);
  CHECK(code_point_count("\xFF\xFE") == 2);
  std::string replaced;
  append_utf8(&replaced, 0xD800);
  CHECK(replaced == "\xEF\xBF\xBD");
}

TEST_CASE("words, case, splitting") {
  CHECK(to_lower_ascii("ABC xyz \xC3\x84") == "abc xyz \xC3\x84");
  CHECK(to_upper_ascii("abc XYZ 1") == "ABC XYZ 1");
  CHECK(equals_ignore_case_ascii("SELECT", "select"));
  CHECK_FALSE(equals_ignore_case_ascii("select", "selec"));
  CHECK(trim(" \t a b \r\n") == "a b");
  CHECK(trim(" \n ").empty());
  CHECK(split("a,,b,", ',') == std::vector<std::string_view>{"a", "", "b", ""});
  CHECK(split("", ',') == std::vector<std::string_view>{""});
  CHECK(split_words("  a \n bc\td ") == std::vector<std::string>{"a", "bc", "d"});
  CHECK(split_words(" ").empty());
  const std::vector<std::string> parts{"a", "b", "c"};
  CHECK(join(parts, ", ") == "a, b, c");
  CHECK(join({}, ", ").empty());
  CHECK(quoted_list(parts) == "`a`, `b`, `c`");
  CHECK(quoted_list({}).empty());
  std::vector<std::string> names{"a", "b", "a", "a", "b"};
  number_repeated(names);
  CHECK(names == std::vector<std::string>{"a", "b", "a_2", "a_3", "b_2"});
  CHECK(counted(1, "row") == "1 row");
  CHECK(counted(0, "row") == "0 rows");
  CHECK(plural(1, "row") == "row");
  CHECK(plural(-1, "row") == "rows");
  CHECK(shortened("a\u00e9b", 3) == "a\u00e9b");
  CHECK(shortened("a\u00e9b", 2) == "a\u00e9...");
  CHECK(replace_all("aaa", "aa", "b") == "ba");
  CHECK(replace_all("abc", "", "x") == "abc");
  CHECK(replace_all("a.b.c", ".", "::") == "a::b::c");
}

TEST_CASE("globs match as Python's fnmatch does") {
  const struct {
    std::string_view pattern;
    std::string_view text;
    bool matches;
  } cases[] = {
      {"*", "", true},
      {"*", "a/b", true},
      {"a*c", "abbbc", true},
      {"a*c", "abbbd", false},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"?", "\xC3\xA9", true},
      {"[abc]x", "bx", true},
      {"[a-c]x", "dx", false},
      {"[!a-c]x", "dx", true},
      {"[!a-c]x", "ax", false},
      {"[]]", "]", true},
      {"[!]]", "a", true},
      {"[a", "[a", true},
      {"[a-]", "-", true},
      {"[c-a]", "b", false},
      {"*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
      {"", "", true},
      {"", "a", false},
      {"stg_*", "stg_orders", true},
      {"**", "x", true},
      {"a*", "b", false},
      {"*.sql", "m.sql", true},
      {"[\xC3\xA0-\xC3\xBF]", "\xC3\xA9", true},
      {"a\\*", "a\\b", true},
      {"[*]", "a", false},
  };

  for (const auto& one : cases) {
    CAPTURE(one.pattern, one.text);
    CHECK(matches_glob(one.pattern, one.text) == one.matches);
  }
}

TEST_CASE("path globs keep stars within a segment") {
  const struct {
    std::string_view pattern;
    std::string_view path;
    bool matches;
  } cases[] = {
      {"models/*.sql", "models/a.sql", true},
      {"models/*.sql", "models/x/a.sql", false},
      {"models/**/*.sql", "models/a.sql", true},
      {"models/**/*.sql", "models/x/y/a.sql", true},
      {"**/a.sql", "a.sql", true},
      {"**", "a/b/c", true},
      {"models/**", "models/x/y", true},
      {"models/**", "other/x", false},
      {"a/**/b/**/c", "a/1/b/2/b/3/c", true},
      {"a/**/b/**/c", "a/1/c", false},
      {"a/[xy]/b", "a/x/b", true},
      {"*", "a/b", false},
  };

  for (const auto& one : cases) {
    CAPTURE(one.pattern, one.path);
    CHECK(matches_path_glob(one.pattern, one.path) == one.matches);
  }
}

TEST_CASE("edit distance") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("depends_on", "depnds_on") == 1);
  CHECK(edit_distance("ab", "ba") == 1);
  CHECK(edit_distance("caf\xC3\xA9", "cafe") == 1);
}

TEST_CASE("the nearest candidate is one worth showing") {
  const std::vector<std::string> keys{"name", "depends_on", "models", "tests", "description"};

  const struct {
    std::string_view word;
    std::optional<std::string> expected;
  } cases[] = {
      {"depnds_on", "depends_on"},
      {"dependsOn", "depends_on"},
      {"DEPENDS-ON", "depends_on"},
      {"model", "models"},
      {"nmae", "name"},
      {"xyz", std::nullopt},
      {"", std::nullopt},
      {"descripton", "description"},
      {"a", std::nullopt},
      {"test", "tests"},
      {"flavour", std::nullopt},
  };

  for (const auto& one : cases) {
    CAPTURE(one.word);
    CHECK(nearest(one.word, keys) == one.expected);
  }
  const std::vector<std::string> letters{"b", "c"};
  CHECK(nearest("a", letters) == std::nullopt);
}

TEST_CASE("hexadecimal and base64") {
  CHECK(to_hex(std::string_view("\x00\xAF\x10", 3)) == "00af10");
  CHECK(from_hex("00aF10") == std::string("\x00\xAF\x10", 3));
  CHECK(from_hex("0") == std::nullopt);
  CHECK(from_hex("zz") == std::nullopt);
  const std::pair<std::string_view, std::string_view> rfc4648[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : rfc4648) {
    CHECK(to_base64(plain) == encoded);
    CHECK(from_base64(encoded) == std::string(plain));
  }
  CHECK(to_base64("\xFB\xFF") == "+/8=");
  for (const std::string_view bad : {"Zg=", "Zg", "Z===", "Zg==Zg==", "Zh==", "Zm 9v", "===="}) {
    CAPTURE(bad);
    CHECK(from_base64(bad) == std::nullopt);
  }
}

TEST_CASE("digests") {
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(md5_hex("abc") == "900150983cd24fb0d6963f7d28e17f72");
}
