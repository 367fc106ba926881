#include "base/diagnostics/render.hpp"

#include "floe_test.hpp"

using namespace floe;  // NOLINT: a test of this namespace

namespace {

Span span(std::string file, int line, int column, int end_line, int end_column) {
  return {std::move(file), line, column, end_line, end_column};
}

Span here(int line, int column, int end_column) { return span("floe.yaml", line, column, line, end_column); }

std::string render(const std::vector<Diagnostic>& diagnostics, const std::string& text, RenderOptions options = {}) {
  options.source = [&](const std::string& file) -> std::optional<std::string> {
    if (file == "floe.yaml") return text;
    if (file == "other.yaml") return "other: 1\n";
    return std::nullopt;
  };
  return "\n" + render_diagnostics(diagnostics, options);
}

const std::string kStages = "kind: DataProduct\nname: x\nstages:\n  - name: staging\n    depnds_on: [raw]\n";

Diagnostic unknown_key() {
  return error_diagnostic("FLOE-E0301", "unknown-key", "unknown key `depnds_on` in stage")
      .at(here(5, 5, 14), "not a stage key")
      .beside(here(4, 11, 18), "in this stage")
      .note("a stage accepts `name`, `depends_on`, `models`, `tests`")
      .help("a key with a similar name exists: `depends_on`");
}

}  // namespace

TEST_CASE("full: the example of the style guide") {
  RenderOptions options;
  options.docs_base = "https://floe.dev/e";
  CHECK(render({unknown_key()}, kStages, options) == R"(
error[FLOE-E0301]: unknown key `depnds_on` in stage
 --> floe.yaml:5:5
  |
4 |   - name: staging
  |           ------- in this stage
5 |     depnds_on: [raw]
  |     ^^^^^^^^^ not a stage key
  |
  = note: a stage accepts `name`, `depends_on`, `models`, `tests`
  = help: a key with a similar name exists: `depends_on`
  = docs: https://floe.dev/e/FLOE-E0301
)");
}

TEST_CASE("full: colours only when asked") {
  RenderOptions options;
  options.color = true;
  CHECK(render({unknown_key()}, kStages, options) ==
        "\n\x1b[1;31merror[FLOE-E0301]\x1b[0m\x1b[1m: unknown key `depnds_on` in stage\x1b[0m\n"
        " \x1b[1;34m-->\x1b[0m floe.yaml:5:5\n"
        "  \x1b[1;34m|\x1b[0m\n"
        "\x1b[1;34m4 |\x1b[0m   - name: staging\n"
        "  \x1b[1;34m|           ------- in this stage\x1b[0m\n"
        "\x1b[1;34m5 |\x1b[0m     depnds_on: [raw]\n"
        "  \x1b[1;34m|\x1b[0m     \x1b[1;31m^^^^^^^^^ not a stage key\x1b[0m\n"
        "  \x1b[1;34m|\x1b[0m\n"
        "  \x1b[1;34m=\x1b[0m \x1b[1mnote:\x1b[0m a stage accepts `name`, `depends_on`, `models`, `tests`\n"
        "  \x1b[1;34m=\x1b[0m \x1b[1mhelp:\x1b[0m a key with a similar name exists: `depends_on`\n");
}

TEST_CASE("full: two diagnostics, warning, no text") {
  const auto warning = warning_diagnostic("FLOE-W1001", "x", "short name").at(here(2, 7, 8));
  const auto info = info_diagnostic("", "", "done");
  CHECK(render({warning, info}, kStages) == R"(
warning[FLOE-W1001]: short name
 --> floe.yaml:2:7
  |
2 | name: x
  |       ^

info: done
)");
}

TEST_CASE("full: a line between two is shown, more are announced") {
  const auto one = error_diagnostic("E", "x", "m").at(here(1, 1, 5)).beside(here(3, 1, 7), "c");
  CHECK(render({one}, kStages) == R"(
error[E]: m
 --> floe.yaml:1:1
  |
1 | kind: DataProduct
  | ^^^^
2 | name: x
3 | stages:
  | ------ c
)");
  const auto two = error_diagnostic("E", "x", "m").at(here(1, 1, 5)).beside(here(4, 5, 9), "c");
  CHECK(render({two}, kStages) == R"(
error[E]: m
 --> floe.yaml:1:1
  |
1 | kind: DataProduct
  | ^^^^
...
4 |   - name: staging
  |     ---- c
)");
}

TEST_CASE("full: several labels on one line") {
  const auto one = error_diagnostic("E", "x", "m")
                       .at(here(1, 7, 18), "this kind")
                       .beside(here(1, 1, 5), "the key")
                       .beside(here(1, 5, 6), "a colon");
  CHECK(render({one}, kStages) == R"(
error[E]: m
 --> floe.yaml:1:7
  |
1 | kind: DataProduct
  | ----- ^^^^^^^^^^^ this kind
  | |   |
  | |   a colon
  | the key
)");
  const auto nested = error_diagnostic("E", "x", "m").at(here(1, 7, 11), "inner").beside(here(1, 1, 18), "outer");
  CHECK(render({nested}, kStages) == R"(
error[E]: m
 --> floe.yaml:1:7
  |
1 | kind: DataProduct
  | ------^^^^-------
  | |     |
  | |     inner
  | outer
)");
}

TEST_CASE("full: spans over several lines") {
  const auto from_start = error_diagnostic("E", "x", "m").at(span("floe.yaml", 3, 1, 5, 21), "all of this");
  CHECK(render({from_start}, kStages) == R"(
error[E]: m
 --> floe.yaml:3:1
  |
3 | / stages:
4 | |   - name: staging
5 | |     depnds_on: [raw]
  | |____________________^ all of this
)");
  const auto from_middle = error_diagnostic("E", "x", "m").at(span("floe.yaml", 4, 5, 6, 1)).note("n");
  CHECK(render({from_middle}, kStages) == R"(
error[E]: m
 --> floe.yaml:4:5
  |
4 |     - name: staging
  |  _____^
5 | |     depnds_on: [raw]
  | |____________________^
  |
  = note: n
)");
  const auto two = error_diagnostic("E", "x", "m")
                       .at(span("floe.yaml", 1, 1, 2, 8), "inner")
                       .beside(span("floe.yaml", 1, 1, 5, 21), "outer")
                       .beside(here(3, 1, 7), "key");
  CHECK(render({two}, kStages) == R"(
error[E]: m
 --> floe.yaml:1:1
  |
1 | // kind: DataProduct
2 | || name: x
  | ||_______^ inner
3 | |  stages:
  | |  ------ key
4 | |    - name: staging
5 | |      depnds_on: [raw]
  | |_____________________- outer
)");
}

TEST_CASE("full: a long span keeps its edges") {
  std::string text;
  for (int i = 1; i <= 12; ++i)
    text += "line" + std::to_string(i) + "\n";
  const auto one = error_diagnostic("E", "x", "m").at(span("floe.yaml", 2, 1, 12, 7), "t");
  CHECK(render({one}, text) == R"(
error[E]: m
  --> floe.yaml:2:1
   |
 2 | / line2
 3 | | line3
...  |
12 | | line12
   | |______^ t
)");
}

TEST_CASE("full: tabs, code points, the end of a line and of the file") {
  CHECK(render({error_diagnostic("E", "x", "m").at(here(1, 3, 4), "t")}, "\ta\tb\n") == R"(
error[E]: m
 --> floe.yaml:1:3
  |
1 |     a    b
  |      ^^^^ t
)");
  CHECK(render({error_diagnostic("E", "x", "m").at(here(1, 4, 5), "é")}, "日本é: x\r\n") == R"(
error[E]: m
 --> floe.yaml:1:4
  |
1 | 日本é: x
  |    ^ é
)");
  CHECK(render({error_diagnostic("E", "x", "m").at(here(2, 1, 1), "end")}, "a: [\n") == R"(
error[E]: m
 --> floe.yaml:2:1
  |
2 |
  | ^ end
)");
  CHECK(render({error_diagnostic("E", "x", "m").at(here(1, 3, 9), "t")}, "ab") == R"(
error[E]: m
 --> floe.yaml:1:3
  |
1 | ab
  |   ^^^^^^ t
)");
}

TEST_CASE("full: several files, the primary's first; a file that cannot be read") {
  const auto one = error_diagnostic("E", "x", "m")
                       .beside(span("other.yaml", 1, 1, 1, 6), "first defined here")
                       .at(here(2, 1, 5), "again")
                       .beside(span("gone.yaml", 7, 3, 7, 5), "and here")
                       .help("first\nsecond");
  CHECK(render({one}, kStages) == R"(
error[E]: m
 --> floe.yaml:2:1
  |
2 | name: x
  | ^^^^ again
 ::: other.yaml:1:1
  |
1 | other: 1
  | ----- first defined here
 ::: gone.yaml:7:3
  = note: gone.yaml:7:3: and here
  = help: first
          second
)");
  CHECK(render({error_diagnostic("E", "x", "m").at(Span{"gone.yaml", 0, 0, 0, 0}).note("n")}, "") == R"(
error[E]: m
 --> gone.yaml
  = note: n
)");
  CHECK(render({error_diagnostic("E", "x", "m").at(here(99, 3, 4))}, "a\n") == R"(
error[E]: m
 --> floe.yaml:99:3
)");
}

TEST_CASE("full: a very long line is cut around its label") {
  const std::string text = std::string(500, 'a') + "KEY" + std::string(500, 'b');
  CHECK(render({error_diagnostic("E", "x", "m").at(here(1, 501, 504), "t")}, text) ==
        "\nerror[E]: m\n --> floe.yaml:1:501\n  |\n1 | ..." + std::string(37, 'a') + "KEY" + std::string(94, 'b') +
            "...\n  | " + std::string(40, ' ') + "^^^ t\n");
}

TEST_CASE("full: no file can send escape sequences to the terminal") {
  CHECK(render({error_diagnostic("E", "x", "bad \x1b[31m\n").at(here(1, 1, 2))}, "\x1b[0mx\n") ==
        "\nerror[E]: bad \xE2\x90\x9B[31m\xE2\x90\x8A\n --> floe.yaml:1:1\n  |\n1 | \xE2\x90\x9B[0mx\n  | ^\n");
}

TEST_CASE("concise") {
  RenderOptions options;
  options.format = DiagnosticFormat::kConcise;
  const auto file = warning_diagnostic("FLOE-W1001", "x", "empty").at(Span{"a.yaml", 0, 0, 0, 0});
  CHECK(render({unknown_key(), file, error_diagnostic("FLOE-E0001", "x", "no command")}, kStages, options) == R"(
floe.yaml:5:5: error[FLOE-E0301]: unknown key `depnds_on` in stage
a.yaml: warning[FLOE-W1001]: empty
error[FLOE-E0001]: no command
)");
  CHECK(render_diagnostics({}, options).empty());
  options.color = true;
  CHECK(render({unknown_key()}, kStages, options) ==
        "\nfloe.yaml:5:5: \x1b[1;31merror[FLOE-E0301]\x1b[0m: unknown key `depnds_on` in stage\n");
}

TEST_CASE("json") {
  RenderOptions options;
  options.format = DiagnosticFormat::kJson;
  CHECK(render_diagnostics({}, options) ==
        "{\"version\":1,\"diagnostics\":[],\"summary\":{\"errors\":0,\"warnings\":0}}\n");
  CHECK(parse_diagnostic_format("json") == DiagnosticFormat::kJson);
  CHECK(parse_diagnostic_format("full") == DiagnosticFormat::kFull);
  CHECK(parse_diagnostic_format("concise") == DiagnosticFormat::kConcise);
  CHECK(parse_diagnostic_format("xml") == std::nullopt);
}

TEST_CASE("github: one command per finding, with what the runner decodes") {
  RenderOptions options;
  options.format = DiagnosticFormat::kGithub;
  CHECK(
      render({unknown_key(), warning_diagnostic("FLOE-W1", "odd", "50% off").at(span("a,b:c.yaml", 0, 0, 0, 0)),
              error_diagnostic("FLOE-E1", "none", "no place")},
             kStages, options) ==
      "\n::error file=floe.yaml,line=5,col=5,endLine=5,endColumn=14,title=FLOE-E0301 unknown-key::unknown key "
      "`depnds_on` in "
      "stage%0Anote: a stage accepts `name`, `depends_on`, `models`, `tests`%0Ahelp: a key with a similar name exists: "
      "`depends_on`\n"
      "::warning file=a%2Cb%3Ac.yaml,title=FLOE-W1 odd::50%25 off\n"
      "::error title=FLOE-E1 none::no place\n");
  CHECK(render({}, kStages, options) == "\n");
  // Nothing foreign reaches the terminal or ends the command: no escape sequence, no line break, no byte that is no
  // UTF-8.
  CHECK(render({error_diagnostic("FLOE-E1", "none", "a \x1b[31mred\r\n::set-env::\x9b\xc2\x9b 100%")
                    .at(span("b\x1b.yaml", 0, 0, 0, 0))},
               kStages, options) ==
        "\n::error file=b\u241b.yaml,title=FLOE-E1 none::a \u241b[31mred%0D%0A::set-env::\ufffd\ufffd 100%25\n");
}

TEST_CASE("junit: errors are failures, warnings are said, nothing is one passed case") {
  RenderOptions options;
  options.format = DiagnosticFormat::kJunit;
  CHECK(render({error_diagnostic("FLOE-E1", "e", "a < \"b\" & \x01\x1b\xff\xef\xbf\xbf").at(here(5, 5, 14)).help("c"),
                warning_diagnostic("FLOE-W1", "w", "odd")},
               kStages, options) == R"(
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="floe" tests="2" failures="1" errors="0" skipped="0">
  <testsuite name="floe" tests="2" failures="1" errors="0" skipped="0">
    <testcase classname="floe.yaml:5:5" name="FLOE-E1 a &lt; &quot;b&quot; &amp; ␁␛��"><failure type="FLOE-E1" message="a &lt; &quot;b&quot; &amp; ␁␛��">a &lt; &quot;b&quot; &amp; ␁␛��&#10;help: c</failure></testcase>
    <testcase classname="floe" name="FLOE-W1 odd"><system-out>warning: odd</system-out></testcase>
  </testsuite>
</testsuites>
)");
  CHECK(render({}, kStages, options) == R"(
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="floe" tests="1" failures="0" errors="0" skipped="0">
  <testsuite name="floe" tests="1" failures="0" errors="0" skipped="0">
    <testcase classname="floe" name="no findings"/>
  </testsuite>
</testsuites>
)");
}

TEST_CASE("sarif: one run with the rules that occur") {
  RenderOptions options;
  options.format = DiagnosticFormat::kSarif;
  options.docs_base = "https://floe.dev/e";
  CHECK(render({unknown_key().addressed("stages[0]"),
                info_diagnostic("FLOE-E1", "i", "odd").at(span("a b.yaml", 0, 0, 0, 0))},
               kStages, options) == R"(
{
  "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
  "version": "2.1.0",
  "runs": [
    {
      "tool": {
        "driver": {
          "name": "floe",
          "rules": [
            {
              "id": "FLOE-E0301",
              "name": "unknown-key",
              "helpUri": "https://floe.dev/e/FLOE-E0301"
            },
            {
              "id": "FLOE-E1",
              "name": "i",
              "helpUri": "https://floe.dev/e/FLOE-E1"
            }
          ]
        }
      },
      "columnKind": "unicodeCodePoints",
      "results": [
        {
          "ruleId": "FLOE-E0301",
          "ruleIndex": 0,
          "level": "error",
          "message": {
            "text": "unknown key `depnds_on` in stage\nnote: a stage accepts `name`, `depends_on`, `models`, `tests`\nhelp: a key with a similar name exists: `depends_on`"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "floe.yaml"
                },
                "region": {
                  "startLine": 5,
                  "startColumn": 5,
                  "endLine": 5,
                  "endColumn": 14
                }
              },
              "message": {
                "text": "not a stage key"
              },
              "logicalLocations": [
                {
                  "fullyQualifiedName": "stages[0]"
                }
              ]
            }
          ],
          "relatedLocations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "floe.yaml"
                },
                "region": {
                  "startLine": 4,
                  "startColumn": 11,
                  "endLine": 4,
                  "endColumn": 18
                }
              },
              "message": {
                "text": "in this stage"
              }
            }
          ]
        },
        {
          "ruleId": "FLOE-E1",
          "ruleIndex": 1,
          "level": "note",
          "message": {
            "text": "odd"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "a%20b.yaml"
                }
              }
            }
          ]
        }
      ]
    }
  ]
}
)");
}
