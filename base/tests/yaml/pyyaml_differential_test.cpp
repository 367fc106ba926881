// The same texts through PyYAML's SafeLoader and through ours with its resolver: equal trees, or both refuse.
#include "floe_test.hpp"
#include "tree_text.hpp"

#include "base/io/process.hpp"
#include "base/json/json.hpp"
#include "base/yaml/node.hpp"

#include <cstdlib>
#include <random>
#include <vector>

using namespace floe;  // NOLINT: a test of this namespace

namespace {

// One JSON string per line in, one line of tree_text's notation out.
constexpr const char* kPython = R"(
import datetime, json, sys, yaml
Loader = getattr(yaml, 'CSafeLoader', yaml.SafeLoader)

def show(value):
    if value is None: return 'null'
    if value is True: return 'true'
    if value is False: return 'false'
    if isinstance(value, int):
        return f'int:{value}' if -2**63 <= value < 2**63 else 'big'
    if isinstance(value, float): return f'float:{value!r}'
    if isinstance(value, str): return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime.datetime):
        zone = value.tzinfo
        text = value.replace(tzinfo=None).isoformat(timespec='microseconds')
        return 'time:' + text + ('' if zone is None else f'@{int(zone.utcoffset(None).total_seconds()) // 60}')
    if isinstance(value, datetime.date): return 'date:' + value.isoformat()
    if isinstance(value, list): return '[' + ', '.join(map(show, value)) + ']'
    return '{' + ', '.join(f'{show(k)}: {show(v)}' for k, v in value.items()) + '}'

for line in sys.stdin:
    try:
        print(show(yaml.load(json.loads(line), Loader=Loader)))
    except RecursionError:
        raise
    except Exception as error:
        print('error')
)";

std::string ours(const std::string& text) {
  yaml::ParseOptions options;
  options.resolver = yaml::Resolver::kPyYaml11;
  options.allow_duplicate_keys = true;
  DiagnosticSink sink;
  const yaml::NodePtr tree = yaml::parse(text, options, sink);
  return sink.has_errors() || !tree ? "error" : yaml::tree_text(*tree);
}

std::string interpreter() {
  const char* chosen = std::getenv("FLOE_TEST_PYTHON");
  return chosen == nullptr ? "python3" : chosen;
}

bool has_pyyaml() {
  io::ProcessRequest request;
  request.command = {interpreter(), "-c", "import yaml"};
  const auto result = io::run_process(request);
  return result.has_value() && result->exit_code == 0;
}

void compare(const std::vector<std::string>& texts) {
  if (!has_pyyaml()) {
    WARN("skipped: " + interpreter() + " has no PyYAML; set FLOE_TEST_PYTHON");
    return;
  }
  io::ProcessRequest request;
  request.command = {interpreter(), "-c", kPython};
  for (const std::string& text : texts)
    request.input += to_json(json::string(text)) + "\n";
  const auto result = io::run_process(request);
  FLOE_REQUIRE_OK(result);
  INFO(result->standard_error);
  REQUIRE(result->exit_code == 0);
  const std::vector<std::string_view> theirs = text::split(result->standard_output, '\n');
  REQUIRE(theirs.size() == texts.size() + 1);
  std::size_t differences = 0;
  for (std::size_t i = 0; i < texts.size() && differences < 20; ++i) {
    const std::string mine = ours(texts[i]);
    if (mine == theirs[i]) continue;
    ++differences;
    CAPTURE(texts[i]);
    CHECK(mine == theirs[i]);
  }
  CHECK(differences == 0);
}

const std::vector<std::string> kScalars = {"yes",
                                           "No",
                                           "ON",
                                           "oFF",
                                           "y",
                                           "n",
                                           "True",
                                           "tRUE",
                                           "null",
                                           "~",
                                           "NULL",
                                           "nULL",
                                           "<<",
                                           "=",
                                           "0",
                                           "-0",
                                           "+0",
                                           "00",
                                           "010",
                                           "-017",
                                           "08",
                                           "0b101",
                                           "0b_",
                                           "0b",
                                           "0x1F",
                                           "0x_",
                                           "0xg",
                                           "0o17",
                                           "1_000",
                                           "_1",
                                           "1__0",
                                           "+_1",
                                           "1:30",
                                           "1:60",
                                           "1:5:30",
                                           "190:20:30",
                                           "01:30",
                                           "-1:30",
                                           "1:30.5",
                                           "1:30.",
                                           "0:30.5",
                                           "1:75.5",
                                           "1:123",
                                           "1:2:3.25",
                                           "1.5",
                                           "1.",
                                           ".5",
                                           "-.5",
                                           "+.5",
                                           "._5",
                                           "1._",
                                           "1e5",
                                           "1.0e5",
                                           "1.0e+5",
                                           "1.5E-3",
                                           "1.e+3",
                                           ".5e+3",
                                           ".5e3",
                                           ".inf",
                                           "-.inf",
                                           "+.INF",
                                           ".Inf",
                                           ".iNF",
                                           ".nan",
                                           "-.nan",
                                           ".NaN",
                                           "1.0e+999",
                                           "-1.0e+999",
                                           "1.0e-999",
                                           "0.0",
                                           "-0.0",
                                           "2020-01-01",
                                           "2020-1-1",
                                           "2020-13-01",
                                           "2020-02-30",
                                           "0000-01-01",
                                           "2020-01-01 10:00:00",
                                           "2020-1-1 1:00:00",
                                           "2020-01-01T10:00:00Z",
                                           "2020-01-01t10:00:00.5",
                                           "2020-01-01 10:00:00.1234567 +1",
                                           "2020-01-01 10:00:00 -05:30",
                                           "2020-01-01 10:00:00 Z",
                                           "2020-01-01 25:00:00",
                                           "2020-01-01 10:00:60",
                                           "2020-01-01 10:00:00 +25:00",
                                           "2020-01-01 10:00",
                                           "2020-01-01T10:00:00+24",
                                           "2020-01-01 10:00:00 -0:30",
                                           "9223372036854775807",
                                           "9223372036854775808",
                                           "-9223372036854775808",
                                           "123456789012345678901234567890",
                                           "0x10000000000000000",
                                           "a b",
                                           "a: b",
                                           "a:b",
                                           "- x",
                                           "\"a\\tb\"",
                                           "'it''s'",
                                           "!!str 1",
                                           "!!int '7'",
                                           "!!float 1",
                                           "!!float '1.5'",
                                           "!!bool 'yes'",
                                           "!!bool x",
                                           "!!null x",
                                           "!!int x",
                                           "!!timestamp 2020-01-01",
                                           "!!timestamp x",
                                           "!foo x",
                                           "!!map {}",
                                           "!!seq []",
                                           "!!map []",
                                           "! 12",
                                           "! x",
                                           "-",
                                           "+",
                                           ".",
                                           "..",
                                           "1.2.3",
                                           "1,2",
                                           "1e",
                                           "e1",
                                           "--1",
                                           "1-",
                                           "12e03",
                                           "1_000.5_5",
                                           "0.1e-5",
                                           "7:",
                                           "::",
                                           "0.",
                                           "00.5",
                                           "0_",
                                           "0_7",
                                           "+0b11",
                                           "-0xFf",
                                           "- ",
                                           "?",
                                           "? x"};

const std::vector<std::string> kDocuments = {"",
                                             "\n",
                                             "# only a comment",
                                             "---\n",
                                             "a: 1\na: 2\n",
                                             "1: a\n1.0: b\ntrue: c\n",
                                             "~: x\n: y\n",
                                             "[a, b]: c\n",
                                             "{a: b}: c\n",
                                             "? a\n? b\n",
                                             "{{ x }}",
                                             "a: {{ x }}",
                                             "a: &x [1, *x]",
                                             "a: *x",
                                             "a: &x 1\nb: &x 2\n",
                                             "a: &x {k: 1}\nb: {<<: *x, k: 2, z: 3}\n",
                                             "a: &a {p: 1, q: 2}\nb: &b {q: 3, r: 4}\nc: {s: 0, <<: [*a, *b], p: 9}\n",
                                             "c: {<<: 1}\n",
                                             "c: {<<: [1]}\n",
                                             "c: {'<<': 1}\n",
                                             "a: &a {<<: {x: 1, y: 2}, y: 3}\nb: {<<: *a, <<: {y: 4, w: 5}}\n",
                                             "<<: {a: 1}\nb: 2\n",
                                             "=: 1\n",
                                             "a: =\n",
                                             "- <<\n",
                                             "- =\n",
                                             "a: |\n  x\n   y\n\nb: >\n  p\n  q\n\n  r\n",
                                             "a: |+\n  x\n\n",
                                             "a: |-\n  x\n\n",
                                             "a: \"x\n  y\n\n  z\"\n",
                                             "a: 'x\n  y'\n",
                                             "a: x\n  y\n",
                                             "a: 1\n---\nb: 2\n",
                                             "a: 1\n...\n",
                                             "%YAML 1.1\n---\na: 1\n",
                                             "%TAG ! tag:x,2000:\n---\n!a b\n",
                                             "a:\n- b\n- c\nd: e\n",
                                             "a: [1, 2, ]\n",
                                             "a: [1, , 2]\n",
                                             "{a, b: , c: d}\n",
                                             "[a: b, c]\n",
                                             "a:\tb\n",
                                             "a: b\t# c\n",
                                             "\ta: b\n",
                                             "a: b #c\n",
                                             "a: b#c\n",
                                             "a: 'b' c\n",
                                             "- - - x\n",
                                             "2020-01-01: x\n",
                                             "yes: no\n",
                                             "1:30: x\n",
                                             "a: b: c\n",
                                             "\"a\": \"\\x41\\u00e9\\U0001F600\\/\\e\\_\"\n",
                                             "\xEF\xBB\xBF"
                                             "a: b\n",
                                             "a: \xC2\x85 b\n",
                                             "a\r\nb\r\n",
                                             "a: 1\rb: 2\r",
                                             "a: !!binary aGVsbG8=\n",
                                             "!!set {a, b}\n",
                                             "!!omap [a: 1]\n",
                                             "key: > \n  x\n",
                                             "a: &b\nc: *b\n",
                                             "&a k: *a\n",
                                             "*a : x\n",
                                             "&a a: b\n*a : c\n"};

}  // namespace

TEST_CASE("hand-written texts mean to us what they mean to PyYAML") {
  std::vector<std::string> texts = kDocuments;
  for (const std::string& scalar : kScalars) {
    texts.push_back(scalar);
    texts.push_back("k: " + scalar);
    texts.push_back("[" + scalar + ", x]");
    texts.push_back(scalar + ": v");
  }
  // These are refused by us with a diagnostic where PyYAML has a Python type for them.
  std::erase_if(texts, [](const std::string& text) {
    return text.find("!!binary") != std::string::npos || text.find("!!set") != std::string::npos ||
           text.find("!!omap") != std::string::npos || text.find("[1, *x]") != std::string::npos;
  });
  compare(texts);
}

TEST_CASE("random scalars mean to us what they mean to PyYAML") {
  std::mt19937 random(20261121);  // NOLINT: a fixed seed, so that a failure repeats
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  constexpr std::string_view kAlphabet = "0123456789012345670000__..::--++eExXbBoOTtZzynaf ";
  std::vector<std::string> texts;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    if (i % 2 == 0) {
      for (std::size_t length = 1 + below(9); length > 0; --length)
        text += kAlphabet[below(kAlphabet.size())];
    } else {
      text = kScalars[below(kScalars.size())];
      for (std::size_t edits = 1 + below(2); edits > 0 && !text.empty(); --edits) {
        const std::size_t at = below(text.size());
        const char c = kAlphabet[below(kAlphabet.size())];
        if (below(3) == 0)
          text.erase(at, 1);
        else if (below(2) == 0)
          text.insert(at, 1, c);
        else
          text[at] = c;
      }
    }
    texts.push_back("k: " + text);
  }
  compare(texts);
}

TEST_CASE("random documents mean to us what they mean to PyYAML") {
  std::mt19937 random(7);  // NOLINT: a fixed seed, so that a failure repeats
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  const std::vector<std::string> pieces = {"a",      "b: ",   "- ",    "\n",       "\n  ", "\n    ", ": ",  "{",
                                           "}",      "[",     "]",     ", ",       "'",    "\"",     "# c", "|\n  ",
                                           ">-\n  ", "1",     "yes",   "&x ",      "*x",   "<<: ",   "? ",  "!!str ",
                                           "\t",     "---\n", "...\n", "\xC3\xA9", "%",    "@",      "\\n"};
  std::vector<std::string> texts;
  for (int i = 0; i < 30'000; ++i) {
    std::string text;
    for (std::size_t length = 1 + below(14); length > 0; --length)
      text += pieces[below(pieces.size())];
    texts.push_back(text);
  }
  compare(texts);
}
