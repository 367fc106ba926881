#include "jinja/block_scanner.hpp"

#include "floe_test.hpp"

using namespace floe::dbt;

namespace {

const std::vector<std::string> kAllowed = {"macro", "materialization", "test", "data_test", "docs", "snapshot"};

std::string scan(const std::string& text, bool keep_text = false) {
  auto result = scan_blocks(text, kAllowed, keep_text);
  if (!result) return "error: " + result.error().message;
  std::string listed;
  for (const TopLevelBlock& block : result->blocks) {
    listed +=
        std::to_string(block.line) + ":" + block.type + ":" + block.name + ":" + std::string(block.contents) + ";";
  }
  for (const std::string& warning : result->warnings)
    listed += "!" + warning;
  return listed;
}

}  // namespace

TEST_CASE("blocks at the top level are found") {
  CHECK(scan("{% macro a(x) %}1{% endmacro %}\n\n{%- macro b() -%} 2 {%- endmacro -%}") == "1:macro:a:1;1:macro:b:2;");
  CHECK(scan("x\n{% snapshot s %}select {{ '{% endsnapshot %}' }}{% endsnapshot %}y", true) ==
        "1:::x\n;2:snapshot:s:select {{ '{% endsnapshot %}' }};2:::y;");
  CHECK(scan("{# {% macro no() %} #}{% raw %}{% macro no() %}{% endraw %}{% docs d %}t{% enddocs %}") ==
        "1:docs:d:t;!Found unexpected 'raw' block tag.");
  CHECK(scan("{% macro a(x=\"%}\") %}{% if x %}{% endif %}{% endmacro %}") == "1:macro:a:{% if x %}{% endif %};");
  CHECK(scan("{% set x = 1 %}") == "!Found unexpected 'set' block tag.");
  CHECK(scan("plain text") == "");
}

TEST_CASE("blocks in wrong places are refused in dbt's words") {
  CHECK(
      scan("{% if x %}{% macro a() %}{% endmacro %}{% endif %}") ==
      "error: Got a block definition inside control flow at 1:10. All dbt block definitions must be at the top level");
  CHECK(scan("{% macro a() %}{% macro b() %}{% endmacro %}") ==
        "error: Got nested tags: macro (started at 0) did not have a matching {% endmacro %} before a subsequent macro "
        "was found (started at 15)");
  CHECK(scan("\n{% macro a() %}") == "error: Reached EOF without finding a close tag for macro (searched from line 2)");
  CHECK(scan("{% endif %}") ==
        "error: Got an unexpected control flow end tag, got endif but never saw a preceding if (@ 1:0)");
  CHECK(scan("{% for a in b %}{% endif %}") ==
        "error: Got an unexpected control flow end tag, got endif but expected endfor next (@ 1:16)");
}
