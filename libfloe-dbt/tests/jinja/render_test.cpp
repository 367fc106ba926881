// What templates print, and what happens to those that are wrong.
#include "floe_test.hpp"
#include "jinja/environment.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

using namespace floe::dbt;

namespace {

Value globals() {
  return *load_json(R"({"name": "Ada", "l": [3, 1, 2], "d": {"a": 1, "b": 2},
                        "tree": [{"v": 1, "k": [{"v": 2, "k": []}]}, {"v": 3, "k": []}]})");
}

std::string render(const std::string& source, UndefinedPolicy policy = UndefinedPolicy::kDefault) {
  Environment environment({.dbt_tags = false});
  auto tpl = environment.parse(source, "models/a.sql");
  if (!tpl) return "error: " + tpl.error().message;
  DictContext context(globals(), policy);
  auto text = environment.render(**tpl, context);
  return text ? *text : "error: " + text.error().message;
}

struct Case {
  const char* source;
  const char* output;
};

}  // namespace

TEST_CASE("templates print what Jinja2 prints") {
  auto [source, output] = GENERATE(table<const char*, const char*>({
      {"a\n", "a"},
      {"a\n\n", "a\n"},
      {"a\r\nb", "a\nb"},
      {"  {%- if 1 -%}  x  {%- endif -%}  ", "x"},
      {"{% raw %}{{ x }}{% endraw %}", "{{ x }}"},
      {"{#- c -#} x", "x"},
      {"{{ 1 + 2 * 3 ** 2 }} {{ -2 ** 2 }} {{ 2 ** 3 ** 2 }}", "19 4 64"},
      {"{{ 1 ~ (2 + 3) }}{{ 1 ~ 2 * 3 }}", "1516"},
      {"{{ not 1 in l }}{{ 5 not in l }}", "FalseTrue"},
      {"{{ 1 < 2 < 3 }}{{ 1 < 3 < 2 }}", "TrueFalse"},
      {"{{ -1|abs }}{{ 'a' ~ 'b'|upper }}", "1aB"},
      {"{{ 'x' if 0 }}|{{ 'x' if 0 else 'y' }}", "|y"},
      {"{{ l[1:] }}{{ l[::-1] }}{{ 'abc'[-1] }}{{ d.a }}{{ d['b'] }}{{ l.0 }}", "[1, 2][2, 1, 3]c123"},
      {"{{ missing }}|{{ missing is defined }}|{{ missing|default('d') }}", "|False|d"},
      {"{% for x in l %}{{ loop.index }}{{ x }}{% if not loop.last %},{% endif %}{% endfor %}", "13,21,32"},
      {"{% for x in l if x > 1 %}{{ loop.length }}{{ x }}{% else %}none{% endfor %}", "2322"},
      {"{% for x in [] %}{% else %}none{% endfor %}", "none"},
      {"{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "a=1;b=2;"},
      {"{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% if x == 2 %}{% break %}{% endif %}{% endfor "
       "%}",
       "32"},
      {"{% for n in tree recursive %}{{ loop.depth }}{{ n.v }}{{ loop(n.k) }}{% endfor %}", "112213"},
      {"{% set x = 1 %}{% for y in l %}{% set x = y %}{% endfor %}{{ x }}", "1"},
      {"{% set ns = namespace(x=1) %}{% for y in l %}{% set ns.x = y %}{% endfor %}{{ ns.x }}", "2"},
      {"{% if true %}{% set x = 1 %}{% endif %}{{ x }}", "1"},
      {"{% set a, b = 1, 2 %}{{ b }}{{ a }}", "21"},
      {"{% set x | upper %}ab{{ name }}{% endset %}{{ x }}", "ABADA"},
      {"{% filter upper %}a{{ name }}{% endfilter %}", "AADA"},
      {"{% with x = 1, y = 2 %}{{ x }}{{ y }}{% endwith %}{{ x }}", "12"},
      {"{% macro m(a, b=2) %}{{ a }}-{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 3, 4, c=5) }}",
       "1-3(4,){'c': 5}"},
      {"{% macro m() %}[{{ caller(1) }}]{% endmacro %}{% call(x) m() %}{{ x }}{{ name }}{% endcall %}", "[1Ada]"},
      {"{% do l.append(9) %}{{ l }}", "[3, 1, 2, 9]"},
      {"{{ '%s is %05.2f' % ('x', 3.14159) }}{{ '{0!r:>5}|{k}'.format('a', k=1) }}", "x is 03.14  'a'|1"},
      {"{{ {'a': [1, none, true, 1.0, 'q\\'']} }}", "{'a': [1, None, True, 1.0, \"q'\"]}"},
      {"{{ 10 ** 20 }}{{ 7 // -2 }}{{ -7 % 3 }}{{ 6 / 3 }}", "100000000000000000000-422.0"},
      {"{{ [1, 2]|map('string')|join('-') }}{{ l|sort|first }}{{ d|dictsort }}", "1-21[('a', 1), ('b', 2)]"},
      {"{{ '' }}{{ none }}{{ [] }}{{ {} }}{{ () }}", "None[]{}()"},
      {"{{ d.__class__ }}|{{ d._x }}", "|"},
  }));
  INFO(source);
  CHECK(render(source) == output);
}

TEST_CASE("mistakes are told in Jinja2's words") {
  auto [source, message] = GENERATE(table<const char*, const char*>({
      {"{{ missing.x }}", "'missing' is undefined"},
      {"{{ d.nope.x }}", "'dict object' has no attribute 'nope'"},
      {"{{ missing() }}", "'missing' is undefined"},
      {"{{ none.x.y }}", "'None' has no attribute 'x'"},
      {"{{ 1 + 'a' }}", "unsupported operand type(s) for +: 'int' and 'str'"},
      {"{{ 1 / 0 }}", "division by zero"},
      {"{% for a, b in l %}{% endfor %}", "cannot unpack non-iterable int object"},
      {"{{ range(1000000) }}", "Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000)."},
      {"{% macro m(a) %}{% endmacro %}{{ m(b=1) }}", "macro 'm' takes no keyword argument 'b'"},
      {"{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", "macro 'm' takes not more than 1 argument(s)"},
      {"{{ ''.__class__.__mro__ }}", "access to attribute '__class__' of 'str' object is unsafe."},
      {"{{ 'a' | nope }}", "No filter named 'nope'."},
      {"{{ 1 is nope }}", "No test named 'nope'."},
      {"{% if x %}",
       "Unexpected end of template. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. "
       "The innermost block that needs to be closed is 'if'."},
      {"{% endif %}", "Encountered unknown tag 'endif'."},
      {"{% for x in y %}{% endif %}",
       "Encountered unknown tag 'endif'. Jinja was looking for the following tags: 'endfor' or 'else'. The innermost "
       "block that needs to be closed is 'for'."},
      {"{{ a b }}", "expected token 'end of print statement', got 'b'"},
      {"{{ ( }}", "unexpected '}', expected ')'"},
      {"{{ 'a }}", "unexpected char \"'\" at 3"},
      {"{% set 1 = 2 %}", "can't assign to 'const'"},
      {"{# x", "Missing end of comment tag"},
      {"{% raw %}x", "Missing end of raw directive"},
      {"{% include 'x' %}", "the tag `include` is not available: dbt templates stand alone"},
      {"{% set x = 1 %}{% set x.y = 2 %}", "cannot assign attribute on non-namespace object"},
      {"{{ l|map('nope')|list }}", "No filter named 'nope'."},
  }));
  INFO(source);
  CHECK(render(source) == std::string("error: ") + message);
}

TEST_CASE("an error carries its class, template and line") {
  Environment environment;
  DictContext context(globals());
  auto tpl = environment.parse("select 1\n\n{{ name }}\n{{ d.x.y }}", "models/a.sql");
  FLOE_REQUIRE_OK(tpl);
  auto text = environment.render(**tpl, context);
  REQUIRE_FALSE(text.has_value());
  CHECK(*text.error().detail("jinja.class") == "UndefinedError");
  CHECK(*text.error().detail("jinja.template") == "models/a.sql");
  CHECK(*text.error().detail("jinja.line") == "4");
  auto broken = environment.parse("a\n{% if %}", "models/b.sql");
  REQUIRE_FALSE(broken.has_value());
  CHECK(*broken.error().detail("jinja.class") == "TemplateSyntaxError");
  CHECK(*broken.error().detail("jinja.line") == "2");
}

TEST_CASE("the parse-time undefined absorbs what is done to it") {
  CHECK(render("a{{ x.y.z(1)['q'] }}b", UndefinedPolicy::kAbsorbing) == "ab");
  CHECK(render("{% for y in x() %}{% endfor %}{{ x is defined }}", UndefinedPolicy::kAbsorbing) == "False");
  CHECK(render("{{ x + 1 }}", UndefinedPolicy::kAbsorbing) == "error: 'x' is undefined");
  CHECK(render("{{ x }}", UndefinedPolicy::kStrict) == "error: 'x' is undefined");
}

TEST_CASE("deep nesting and endless recursion end in an error") {
  std::string deep = "{{ " + std::string(5000, '(') + "1" + std::string(5000, ')') + " }}";
  CHECK(render(deep) == "error: the template is nested too deeply");
  std::string wide = "{{ 1";
  for (int index = 0; index < 5000; ++index)
    wide += " + 1";
  CHECK(render(wide + " }}") == "error: the expression is nested too deeply");
  CHECK(render("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}") == "error: maximum recursion depth exceeded");
  CHECK(render("{{ dict(a=1, **nowhere) }}") == "error: 'nowhere' is undefined");
  CHECK(render("{{ '%s %C' % 'x' }}") == "error: not enough arguments for format string");
  CHECK(render("{{ '%C' % 'x' }}") == "error: unsupported format character 'C' (0x43) at index 1");
  // Values are counted, not collected: the template takes the list out of itself again.
  CHECK(render("{% do l.append(l) %}{{ l }}{% do l.pop() %}") == "[3, 1, 2, [...]]");
}
