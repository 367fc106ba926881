#include "floe_test.hpp"
#include "tree_text.hpp"

#include "base/diagnostics/render.hpp"
#include "base/yaml/node.hpp"

using namespace floe;  // NOLINT: a test of this namespace

namespace {

struct Parsed {
  yaml::NodePtr tree;
  DiagnosticSink sink;
};

Parsed parse(std::string_view text, yaml::ParseOptions options = {}) {
  Parsed parsed;
  options.file = "t.yaml";
  parsed.tree = yaml::parse(text, options, parsed.sink);
  return parsed;
}

// The tree, then one line per problem.
std::string outcome(std::string_view text, yaml::ParseOptions options = {}) {
  const Parsed parsed = parse(text, options);
  std::string result = parsed.tree ? yaml::tree_text(*parsed.tree) : "nothing";
  for (const Diagnostic& one : parsed.sink.sorted()) {
    const Span* span = one.primary();
    result +=
        "\n" + one.code + "@" + std::to_string(span->line) + ":" + std::to_string(span->column) + " " + one.message;
  }
  return result;
}

std::string full(std::string_view text, yaml::ParseOptions options = {}) {
  const Parsed parsed = parse(text, options);
  RenderOptions render;
  render.source = [&](const std::string&) { return std::optional<std::string>(text); };
  return "\n" + render_diagnostics(parsed.sink.sorted(), render);
}

std::string place(const Span& span) {
  return std::to_string(span.line) + ":" + std::to_string(span.column) + "-" + std::to_string(span.end_line) + ":" +
         std::to_string(span.end_column);
}

yaml::ParseOptions pyyaml() {
  yaml::ParseOptions options;
  options.resolver = yaml::Resolver::kPyYaml11;
  options.allow_duplicate_keys = true;
  return options;
}

}  // namespace

TEST_CASE("plain scalars by the core schema of YAML 1.2") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"null", "null"},
      {"~", "null"},
      {"", "null"},
      {"nULL", "\"nULL\""},
      {"true", "true"},
      {"FALSE", "false"},
      {"yes", "\"yes\""},
      {"on", "\"on\""},
      {"0", "int:0"},
      {"-12", "int:-12"},
      {"+7", "int:7"},
      {"010", "int:10"},
      {"0o17", "int:15"},
      {"0x1F", "int:31"},
      {"0b1", "\"0b1\""},
      {"1_000", "\"1_000\""},
      {"1.5", "float:1.5"},
      {"1.", "float:1.0"},
      {".5", "float:0.5"},
      {"-.5", "float:-0.5"},
      {"1e3", "float:1000.0"},
      {"1e+3", "float:1000.0"},
      {"1E-3", "float:0.001"},
      {"1e", "\"1e\""},
      {".", "\".\""},
      {"-", "[null]"},
      {"+", "\"+\""},
      {".inf", "float:inf"},
      {"-.INF", "float:-inf"},
      {".nan", "float:nan"},
      {"+.nan", "\"+.nan\""},
      {"-0x1", "\"-0x1\""},
      {"1:30", "\"1:30\""},
      {"2020-01-01", "\"2020-01-01\""},
      {"9223372036854775807", "int:9223372036854775807"},
      {"-9223372036854775808", "int:-9223372036854775808"},
      {"9223372036854775808", "big"},
      {"1e999", "float:inf"},
      {"1e-999", "float:0.0"},
      {"=", "\"=\""},
      {"1.2.3", "\"1.2.3\""},
      {"'1'", "\"1\""},
      {"\"true\"", "\"true\""},
      {"!!str 1", "\"1\""},
      {"!!int '1'", "int:1"},
      {"! 1", "\"1\""},
      {"!!float 1", "float:1.0"},
      {"!!null ''", "null"},
  };
  for (const auto& [text, expected] : cases) {
    CAPTURE(text);
    CHECK(outcome(text) == expected);
  }
}

TEST_CASE("trees") {
  CHECK(outcome("a: 1\nb:\n  - x\n  - y: z\nc: {d: [1, 2], e: }\n") ==
        R"({"a": int:1, "b": ["x", {"y": "z"}], "c": {"d": [int:1, int:2], "e": null}})");
  CHECK(outcome("a: |\n  one\n  two\nb: >-\n  one\n  two\n") == R"({"a": "one\ntwo\n", "b": "one two"})");
  CHECK(outcome("# nothing\n") == "null");
  CHECK(outcome("") == "null");
  CHECK(outcome("---\n...\n") == "null");
  CHECK(outcome("\xEF\xBB\xBF"
                "a: \xC3\xA9\r\nb: \"\\u00e9\"\r\n") == "{\"a\": \"\xC3\xA9\", \"b\": \"\xC3\xA9\"}");
  CHECK(outcome("1: a\n\"1\": b\n") == R"({int:1: "a", "1": "b"})");
}

TEST_CASE("aliases and merge keys") {
  CHECK(outcome("a: &x {k: 1}\nb: *x\n") == R"({"a": {"k": int:1}, "b": {"k": int:1}})");
  CHECK(outcome("a: &x {k: 1, l: 2}\nb: {m: 3, <<: *x, k: 9}\n") ==
        R"({"a": {"k": int:1, "l": int:2}, "b": {"k": int:9, "l": int:2, "m": int:3}})");
  CHECK(outcome("a: &a {k: 1}\nb: &b {k: 2, l: 2}\nc: {<<: [*a, *b]}\n", pyyaml()) ==
        R"({"a": {"k": int:1}, "b": {"k": int:2, "l": int:2}, "c": {"k": int:1, "l": int:2}})");
  CHECK(outcome("'<<': 1\n") == R"({"<<": int:1})");
  CHECK(outcome("<<: 1\na: 2\n") == "{\"a\": int:2}\nFLOE-E0112@1:5 `<<` merges mappings, not a value of type integer");
  CHECK(outcome("a: &x 1\nb: &x 2\nc: *x\n") == R"({"a": int:1, "b": int:2, "c": int:2})");
  CHECK(outcome("a: &x 1\nb: &x 2\n", pyyaml()) ==
        "{\"a\": int:1, \"b\": int:2}\nFLOE-E0111@2:4 anchor `&x` is defined twice");
}

TEST_CASE("every node and key knows its place, counted in code points") {
  const Parsed parsed =
      parse("# caf\xC3\xA9\nkey: \"\xC3\xA9\" # x\nlist:\n  - {a: b}\n  - |\n    text\n\n\nlast: 1\n");
  REQUIRE(parsed.tree);
  CHECK(place(parsed.tree->span) == "2:1-9:8");
  CHECK(place(parsed.tree->find("key")->key_span) == "2:1-2:4");
  CHECK(place(parsed.tree->get("key")->span) == "2:6-2:9");
  const yaml::NodePtr list = parsed.tree->get("list");
  CHECK(list->span.line == 4);
  CHECK(place(list->items.at(0)->span) == "4:5-4:11");
  CHECK(place(list->items.at(0)->get("a")->span) == "4:9-4:10");
  CHECK(parsed.tree->get("last")->span.file == "t.yaml");
  const Parsed empty = parse("a:\nb: 1\n");
  CHECK(place(empty.tree->get("a")->span) == "1:3-1:3");
}

TEST_CASE("line feeds alone end lines, as in editors") {
  const Parsed parsed = parse("a: \"x\xC2\x85y\xE2\x80\xA8z\"\nb: 1\n");
  REQUIRE(parsed.tree);
  CHECK(place(parsed.tree->find("b")->key_span) == "2:1-2:2");
}

TEST_CASE("large mappings are indexed") {
  std::string text;
  for (int i = 0; i < 5000; ++i)
    text += "key" + std::to_string(i) + ": " + std::to_string(i) + "\n";
  const Parsed parsed = parse(text + "key77: again\n");
  REQUIRE(parsed.tree);
  CHECK(parsed.tree->entries.size() == 5000);
  CHECK(parsed.tree->get("key4999")->integer == 4999);
  CHECK(parsed.tree->get("key77")->integer == 77);
  CHECK(parsed.tree->find("key5000") == nullptr);
  REQUIRE(parsed.sink.error_count() == 1);
  CHECK(place(parsed.sink.all()[0].labels[0].span) == "5001:1-5001:6");
  CHECK(place(parsed.sink.all()[0].labels[1].span) == "78:1-78:6");
}

TEST_CASE("duplicate keys show both places") {
  CHECK(full("name: a\nkind: b\nname: c\n") == R"(
error[FLOE-E0102]: duplicate key `name`
 --> t.yaml:3:1
  |
1 | name: a
  | ---- first defined here
2 | kind: b
3 | name: c
  | ^^^^ defined again
  |
  = help: keep one of the two, or rename one
)");
  CHECK(outcome("a: 1\nb: 2\na: 3\n", pyyaml()) == R"({"a": int:3, "b": int:2})");
  CHECK(outcome("a: &x {k: 1}\nb: {<<: *x, k: 2}\n") == R"({"a": {"k": int:1}, "b": {"k": int:2}})");
  CHECK(outcome("1: a\n0x1: b\n").find("FLOE-E0102@2:1 duplicate key `0x1`") != std::string::npos);
}

TEST_CASE("limits") {
  yaml::ParseOptions shallow;
  shallow.max_depth = 3;
  CHECK(outcome("[[[1]]]", shallow) == "[[[int:1]]]");
  CHECK(outcome("[[[[1]]]]", shallow) == "nothing\nFLOE-E0104@1:4 nested deeper than 3 levels");
  CHECK(outcome(std::string(50'000, '[')) == "nothing\nFLOE-E0104@1:101 nested deeper than 100 levels");
  CHECK(outcome("a: &a [1]\nb: &b [*a]\nc: &c [*b]\n", shallow) ==
        "nothing\nFLOE-E0104@3:8 nested deeper than 3 levels");
  std::string chain = "a0: &a0 [1]\n";
  for (int i = 1; i < 300; ++i) {
    const std::string n = std::to_string(i);
    chain += "a" + n + ": &a" + n + " [*a" + std::to_string(i - 1) + "]\n";
  }
  CHECK_THAT(outcome(chain), Catch::Contains("nested deeper than 100 levels"));

  std::string laughs = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c <= 'k'; ++c) {
    laughs += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i)
      laughs += std::string(i == 0 ? "*" : ",*") + static_cast<char>(c - 1);
    laughs += "]\n";
  }
  CHECK_THAT(outcome(laughs), Catch::Contains("nothing\nFLOE-E0105@") && Catch::Contains("more than 2000000 values"));
  yaml::ParseOptions few;
  few.max_nodes = 3;
  CHECK(outcome("[1,2]", few) == "[int:1, int:2]");
  CHECK(outcome("[1,2,3]", few) == "nothing\nFLOE-E0105@1:6 the document has more than 3 values");
}

TEST_CASE("aliases that cannot be") {
  CHECK(outcome("a: *x\nb: 1\n") == "{\"a\": null, \"b\": int:1}\nFLOE-E0103@1:4 alias `*x` has no anchor before it");
  CHECK(outcome("a: &x [1, *x]\n") ==
        "{\"a\": [int:1, null]}\nFLOE-E0110@1:11 alias `*x` stands inside its own anchor");
}

TEST_CASE("several documents") {
  CHECK(outcome("a: 1\n---\nb: 2\n") == "nothing\nFLOE-E0107@2:1 a second document begins here");
  CHECK(outcome("---\na: 1\n...\n") == "{\"a\": int:1}");
}

TEST_CASE("encoding") {
  CHECK(outcome("a: \xFF\n") == "nothing\nFLOE-E0106@1:4 byte 0xFF is not UTF-8");
  CHECK(outcome("\xC3\xA9: 1\nb: \xC3\n") == "nothing\nFLOE-E0106@2:4 byte 0xC3 is not UTF-8");
  CHECK(outcome(std::string_view("a: \0", 4)) == "nothing\nFLOE-E0106@1:4 YAML does not allow the character U+0000");
  CHECK(outcome("a: \x1B[0m") == "nothing\nFLOE-E0106@1:4 YAML does not allow the character U+001B");
  CHECK(outcome("\xFF\xFE"
                "a") == "nothing\nFLOE-E0106@0:0 file is UTF-16, not UTF-8");
}

TEST_CASE("values that their type does not take") {
  CHECK(outcome("!!int x") == "\"x\"\nFLOE-E0109@1:1 `x` is no integer; write one such as `42`, `0o52` or `0x2a`");
  CHECK(outcome("a: !secret x") == "{\"a\": \"x\"}\nFLOE-E0112@1:4 tag `!secret` is not supported here");
  CHECK(outcome("a: 2020-02-30", pyyaml()) ==
        "{\"a\": \"2020-02-30\"}\nFLOE-E0109@1:4 `2020-02-30` looks like a date, but the calendar has no such day; put "
        "it in "
        "quotes if it is text");
  CHECK(outcome("a: =", pyyaml()) ==
        "{\"a\": \"=\"}\nFLOE-E0109@1:4 `=` has a meaning of its own in YAML 1.1; put it in quotes if it is text");
}

TEST_CASE("keys that are no scalars") {
  CHECK(full("schema: {{ target.schema }}\n") == R"(
error[FLOE-E0108]: a value that starts with `{{` is not in quotes
 --> t.yaml:1:9
  |
1 | schema: {{ target.schema }}
  |         ^^
  |
  = note: without quotes `{` starts a mapping
  = help: write "{{ ... }}"
)");
  CHECK(outcome("? [a, b]\n: 1\nc: 2\n") ==
        "{\"c\": int:2}\nFLOE-E0113@1:3 a key must be a string or another single value, not a sequence");
}

TEST_CASE("syntax errors say what is expected") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"a: [1, 2\nb: 3\n", "FLOE-E0101@2:2 expected `,` or `]` in a list in brackets"},
      {"a: {b: 1\nc: 3\n", "FLOE-E0101@2:2 expected `,` or `}` in a mapping in braces"},
      {"a: 1\nfoo\nb: 2\n", "FLOE-E0101@2:1 expected `:` after a key"},
      {"- a\n-b\n- c\n", "FLOE-E0101@2:1 expected a space after `-`"},
      {"a: {{ b }} c\n", "FLOE-E0108@1:4 a value that starts with `{{` is not in quotes"},
      {"a: b: c\n", "FLOE-E0101@1:5 a `:` is not allowed here"},
      {"a:\n  b: 1\n c: 2\n", "FLOE-E0101@3:2 expected a key, or the end of the mapping"},
      {"a:\n\tb: 1\n", "FLOE-E0101@2:1 a tab cannot be used for indentation"},
      {"a: @x\n", "FLOE-E0101@1:4 a value cannot start with `@`"},
      {"a: %x\n", "FLOE-E0101@1:4 a value cannot start with `%`"},
      {"a: \"x\n", "FLOE-E0101@1:4 text in quotes is not closed"},
      {"a: \"\\d\"\n", "FLOE-E0101@1:5 unknown escape `\\d` in double quotes"},
      {"a: *\n", "FLOE-E0101@1:4 expected a name after `*`"},
      {"a: | text\n", "FLOE-E0101@1:6 expected the end of the line"},
      {"a: - b\n", "FLOE-E0101@1:4 a list item is not allowed here"},
      {"- a\nb: 1\n", "FLOE-E0101@2:1 expected `- `, or the end of the list"},
      {"a: !x!y z\n", "FLOE-E0101@1:4 unknown tag prefix"},
      {"a: 'it''s' x\n", "FLOE-E0101@1:12 expected a key, or the end of the mapping"},
      {"%YAML 3.0\n---\na: 1\n", "FLOE-E0101@1:1 unknown YAML version"},
  };
  for (const auto& [text, expected] : cases) {
    CAPTURE(text);
    CHECK(outcome(text) == "nothing\n" + std::string(expected));
  }
  CHECK(full("models:\n  - name: x\n    columns: [a,\n      b\n  - name: y\n") == R"(
error[FLOE-E0101]: expected `,` or `]` in a list in brackets
 --> t.yaml:5:9
  |
3 |     columns: [a,
  |              - the list starts here
4 |       b
5 |   - name: y
  |         ^
  |
  = help: separate the items with `,` and close the list with `]`; put items that contain `: `, `#`, `{` or `[` in quotes
)");
}
