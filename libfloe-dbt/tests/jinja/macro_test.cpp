// dbt's macros: their context, return(), call blocks, tags, and the static facts about templates.
#include "floe_test.hpp"
#include "jinja/environment.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

#include <map>
#include <thread>

using namespace floe::dbt;

namespace {

// A context with macros by name, as the engine's host has it.
class Project final : public Context {
 public:
  void add(const std::string& source, const std::string& file) {
    auto tpl = environment.parse(source, file);
    FLOE_REQUIRE_OK(tpl);
    for (const MacroDefinition& macro : (*tpl)->macros())
      macros_[macro.name] = *tpl;
  }

  bool resolve(const StringObject& name, Value* out) override {
    if (auto found = macros_.find(name.text()); found != macros_.end()) {
      *out = make_macro(found->second, found->first, "macro.pkg." + found->first, *this);
      return true;
    }
    if (name.view() == "x") return *out = Value("context"), true;
    return find_dbt_builtin(name, out);
  }

  void on_macro_call(std::string_view unique_id, std::size_t depth) override {
    calls += std::string(unique_id) + "@" + std::to_string(depth) + " ";
  }

  std::string render(const std::string& source) {
    auto tpl = environment.parse(source, "models/m.sql");
    if (!tpl) return "error: " + tpl.error().message;
    auto text = environment.render(**tpl, *this);
    if (!text) failure = text.error();
    return text ? *text : "error: " + text.error().message;
  }

  Environment environment;
  std::string calls;
  floe::Error failure;

 private:
  std::map<std::string, TemplatePtr, std::less<>> macros_;
};

}  // namespace

TEST_CASE("a dbt macro sees the context and never its caller") {
  Project project;
  project.add("{% macro show(a: str, b: List[str] = ['z']) %}{{ a }}{{ b }}{{ x }}{{ hidden }}{% endmacro %}", "m.sql");
  CHECK(project.render("{% set x = 1 %}{% set hidden = 2 %}{{ show('a') }}") == "a['z']context");
  CHECK(project.render("{{ show('a', c=1) }}") == "error: macro 'dbt_macro__show' takes no keyword argument 'c'");
}

TEST_CASE("return ends the innermost dbt macro with any value") {
  Project project;
  project.add(
      "{% macro pick(l) %}text{% for i in l %}{% if i > 1 %}{{ return(i) }}{% endif %}{% endfor %}{% endmacro %}",
      "a.sql");
  project.add("{% macro give() %}{% do return([1, {'k': none}]) %}{% endmacro %}", "b.sql");
  project.add("{% macro wrap() %}<{{ caller() }}>{% endmacro %}", "c.sql");
  project.add("{% macro through() %}{% call wrap() %}{{ return('out') }}{% endcall %}never{% endmacro %}", "d.sql");
  project.add(
      "{% macro inner() %}{% macro dbt_local() %}{{ return(7) }}{% endmacro %}{{ dbt_macro__dbt_local() }}{% endmacro "
      "%}",
      "e.sql");
  project.add("{% macro lists() %}{{ return([1, 2]|map('string')|list + (give())) }}{% endmacro %}", "f.sql");
  CHECK(project.render("{{ pick([1, 2, 3]) + 1 }}|{{ pick([1]) }}") == "3|text");
  CHECK(project.render("{{ give()[1] }}") == "{'k': None}");
  CHECK(project.render("{{ inner() }}") == "7");
  CHECK(project.render("{{ lists() }}") == "['1', '2', 1, {'k': None}]");
  CHECK(project.render("{% call wrap() %}{{ x }}{% endcall %}") == "<context>");
  // The call block's return ends `wrap`, the innermost dbt macro that runs.
  CHECK(project.render("{{ through() }}") == "outnever");
  CHECK(project.render("{{ return(1) }}") == "error: return() was called outside of a macro");
}

TEST_CASE("an error names the chain of macros, innermost first") {
  Project project;
  project.add("{% macro inner(v) %}\n{{ v.a.b }}{% endmacro %}", "macros/inner.sql");
  project.add("{% macro outer() %}\n\n{{ inner({}) }}{% endmacro %}", "macros/outer.sql");
  CHECK(project.render("a\n{{ outer() }}") == "error: 'dict object' has no attribute 'a'");
  auto frames = error_frames(project.failure);
  REQUIRE(frames.size() == 3);
  CHECK(frames[0].macro == "macro.pkg.inner");
  CHECK(frames[0].template_name == "macros/inner.sql");
  CHECK(frames[0].line == 2);
  CHECK(frames[1].macro == "macro.pkg.outer");
  CHECK(frames[1].line == 3);
  CHECK(frames[2].template_name == "models/m.sql");
  CHECK(frames[2].line == 2);
  CHECK(project.calls == "macro.pkg.outer@0 macro.pkg.inner@1 ");
}

TEST_CASE("endless recursion of macros is an error") {
  Project project;
  project.add("{% macro again(n) %}{{ again(n + 1) }}{% endmacro %}", "m.sql");
  CHECK(project.render("{{ again(0) }}") == "error: maximum recursion depth exceeded");
}

TEST_CASE("dbt's tags define macros") {
  Environment environment;
  auto tpl = environment.parse(
      "{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}{% endmaterialization %}"
      "{% materialization view, default %}{% endmaterialization %}"
      "{% test unique(model, column_name) %}x{% endtest %}{% data_test other(model, n=1) %}{% enddata_test %}"
      "{% docs intro %}Hello{% enddocs %}{% macro m(a: int, b=[1]) %}{% endmacro %}",
      "macros/all.sql");
  FLOE_REQUIRE_OK(tpl);
  std::string listed;
  for (const MacroDefinition& macro : (*tpl)->macros()) {
    listed += macro.name + " " + macro.symbol + " " + macro.adapter + " (";
    for (const MacroParameter& parameter : macro.parameters) {
      listed += parameter.name + ":" + parameter.type + (parameter.has_default ? "=" : "") +
                (parameter.constant_default ? to_repr(*parameter.constant_default) : "") + ",";
    }
    listed += ")\n";
  }
  CHECK(listed ==
        "materialization_table_duckdb dbt_macro__materialization_table_duckdb duckdb (supported_languages:=['sql', "
        "'python'],)\n"
        "materialization_view_default dbt_macro__materialization_view_default default (supported_languages:=['sql'],)\n"
        "test_unique dbt_macro__test_unique  (model:,column_name:,)\n"
        "test_other dbt_macro__test_other  (model:,n:=1,)\n"
        "intro dbt_docs__intro  ()\n"
        "m dbt_macro__m  (a:int,b:=[1],)\n");
  CHECK((*tpl)->macros()[0].supported_languages == std::vector<std::string>{"sql", "python"});
}

TEST_CASE("calls are known without rendering") {
  Environment environment;
  auto tpl = environment.parse(
      "{{ config(materialized='table', tags=['a', 'b']) }}select * from {{ ref('x') }} join {{ source('s', t) }}\n"
      "{{ adapter.dispatch('m', macro_namespace='p')(1) }}{% if var('v', {'a': 1}) %}{{ f(*l) }}{% endif %}",
      "m.sql");
  FLOE_REQUIRE_OK(tpl);
  std::string listed;
  for (const CallFact& call : (*tpl)->facts().calls) {
    listed += std::to_string(call.line) + " " + call.name + "(";
    for (const CallArgument& argument : call.arguments) {
      listed += argument.name + "=" + (argument.constant ? to_repr(*argument.constant) : "?") + ",";
    }
    listed += call.has_unpacking ? "*)\n" : ")\n";
  }
  CHECK(listed ==
        "1 config(materialized='table',tags=['a', 'b'],)\n1 ref(='x',)\n1 source(='s',=?,)\n"
        "2 adapter.dispatch(='m',macro_namespace='p',)\n2 var(='v',={'a': 1},)\n2 f(*)\n");
  CHECK_FALSE((*tpl)->facts().only_constant_calls);
  auto simple = environment.parse("{{ config(enabled=true) }}select * from {{ ref('a') }} -- {# c #}", "s.sql");
  CHECK((*simple)->facts().only_constant_calls);
  CHECK((*environment.parse("select 1", "p.sql"))->is_plain_text());
}

TEST_CASE("the native environment keeps the type of one expression") {
  Environment environment({.native = true});
  DictContext context(*load_json(R"({"n": 5, "l": [1, 2], "s": "1", "t": "True"})"));
  auto value = [&](const std::string& source) {
    auto tpl = environment.parse(source, "n");
    FLOE_REQUIRE_OK(tpl);
    auto result = environment.render_value(**tpl, context);
    return result ? std::string(type_name(*result)) + " " + to_repr(*result) : "error: " + result.error().message;
  };
  CHECK(value("{{ n }}") == "int 5");
  CHECK(value("{{ 5 }}") == "str '5'");
  CHECK(value("{{ l }}") == "list [1, 2]");
  CHECK(value(" {{ n }}") == "str ' 5'");
  CHECK(value("plain") == "str 'plain'");
  CHECK(value("") == "str ''");
  CHECK(value("{{ s | as_number }}") == "int 1");
  CHECK(value("{{ t | as_bool }}") == "bool True");
  CHECK(value("{{ s | as_bool }}") == "error: Could not convert value '1' into type 'bool'");
  CHECK(value("{{ '[1, \"a\"]' | as_native }}") == "list [1, 'a']");
  CHECK(value("{{ n | as_text }}") == "str '5'");
  CHECK(value("{{ none }}") == "str 'None'");
  CHECK(value("{{ l|first }}") == "int 1");
}

TEST_CASE("one template renders from many threads at a time") {
  Environment environment;
  auto tpl = environment.parse(
      "{% set out = [] %}{% for i in range(50) %}{% do out.append(i * n) %}{% endfor %}{{ out|sum }}", "t.sql");
  FLOE_REQUIRE_OK(tpl);
  std::vector<std::string> results(8);
  std::vector<std::thread> threads;
  for (std::size_t index = 0; index < results.size(); ++index) {
    threads.emplace_back([&, index] {
      DictContext context(Value::dict({{Value("n"), Value(index)}}));
      for (int round = 0; round < 50; ++round)
        results[index] = environment.render(**tpl, context).value_or("error");
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  for (std::size_t index = 0; index < results.size(); ++index)
    CHECK(results[index] == std::to_string(1225 * index));
}
