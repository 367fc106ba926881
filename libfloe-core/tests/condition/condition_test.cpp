#include "condition/condition.hpp"

#include "floe_test.hpp"

#include "base/json/json.hpp"

#include <fmt/format.h>

namespace {

using namespace floe;

// What conditions are asked about.
constexpr const char* kModel = R"({
  "name": "gold_orders", "description": "Ünïcode", "tags": ["gold", "pii"], "layer": "gold", "materialized": "table",
  "meta": {"owner": "sales", "hours": 24, "share": 0.5, "empty": "", "none": null, "on": true},
  "columns": [{"name": "id", "description": "Key.", "tests": ["unique", "not_null"]},
              {"name": "mail", "description": "", "tests": []}]})";

// `true`, `false`, or `begin-end: message`, with `?` before it when the text is no condition.
std::string answer(const std::string& text) {
  policy::ConditionProblem problem;
  const auto condition = policy::Condition::parse(text, &problem);
  if (!condition) return fmt::format("?{}-{}: {}", problem.begin, problem.end, problem.message);
  const auto model = parse_json(kModel);
  REQUIRE(model.has_value());
  const auto holds = condition->evaluate(*model, &problem);
  if (!holds) return fmt::format("{}-{}: {}", problem.begin, problem.end, problem.message);
  return *holds ? "true" : "false";
}

struct Case {
  const char* text;
  const char* answer;
};

}  // namespace

TEST_CASE("conditions compare what a model has") {
  for (const Case& one : {
           Case{"model.name == 'gold_orders'", "true"},
           Case{"model['name'] == \"gold_orders\"", "true"},
           Case{"model.name != 'gold_orders'", "false"},
           Case{"model.meta.hours <= 24 and model.meta.hours > 23.5", "true"},
           Case{"model.meta.share < 1 or model.nothing.at.all < 1", "true"},
           Case{"model.meta.hours == 24.0", "true"},
           Case{"model.meta.hours == -24", "false"},
           Case{"'pii' in model.tags and 'x' not in model.tags", "true"},
           Case{"model.layer in ['silver', 'gold']", "true"},
           Case{"'gold' in model.name", "true"},
           Case{"'owner' in model.meta", "true"},
           Case{"model.meta.missing == null and model.meta.none == None", "true"},
           Case{"'x' in model.meta.missing", "false"},
           Case{"not model.meta.empty", "true"},
           Case{"model.meta.on == True", "true"},
           Case{"model.columns[0].name == 'id' and model.columns[7] == null", "true"},
           Case{"model.name.startswith('gold_') and endswith(model.name, 's')", "true"},
           Case{"model.name.matches('gold_*') and not matches(model.name, 'gold')", "true"},
           Case{"model.tags.contains('gold')", "true"},
           Case{"model.description.length() == 7 and length(model.tags) == 2 and length(model.meta.none) == 0", "true"},
           Case{"model.layer.upper() == 'GOLD' and 'A'.lower() == 'a'", "true"},
           Case{"model.meta.none.lower() == null and not model.meta.none.startswith('a')", "true"},
           Case{"all(model.columns, c, c.description != '')", "false"},
           Case{"any(model.columns, c, 'unique' in c.tests)", "true"},
           Case{"model.columns.any(c, all(c.tests, t, t in ['unique', 'not_null']) and c.name == 'mail')", "true"},
           Case{"all(model.columns, model, model.name != 'gold_orders') and model.name == 'gold_orders'", "true"},
           Case{"all(model.missing, c, c == 1) and not any(model.missing, c, c == 1)", "true"},
           Case{"'it\\'s \\\\' == \"it's \\\\\"", "true"},
           Case{"(1 < 2) == true", "true"},
           Case{"[] == [] and ['a', 1, null] == ['a', 1.0, null]", "false"},
       }) {
    INFO(one.text);
    CHECK(answer(one.text) == one.answer);
  }
}

TEST_CASE("what is no condition is told with its place") {
  for (const Case& one : {
           Case{"", "?0-0: expected a value, not the end"},
           Case{"model.name = 'x'", "?11-12: write `==` to compare"},
           Case{"modle.name == 'x'", "?0-5: `modle` is unknown; known here: `model`"},
           Case{"model.name.startwith('x')", "?11-20: there is no `startwith`; write `startswith`"},
           Case{"''.__class__.mro()",
                "?13-16: there is no `mro`; known: all, any, length, lower, upper, startswith, "
                "endswith, contains, matches"},
           Case{"eval('1')",
                "?0-4: there is no `eval`; known: all, any, length, lower, upper, startswith, endswith, "
                "contains, matches"},
           Case{"lower(model.name, 1)", "?0-20: `lower` takes 1 value"},
           Case{"model.name ==", "?13-13: expected a value, not the end"},
           Case{"model.name 'x'", "?11-14: expected `and`, `or` or the end, not this"},
           Case{"1 < 2 < 3", "?0-7: write two comparisons with `and` between them"},
           Case{"model.name == 'x", "?14-16: the text has no closing quote"},
           Case{"'\\n' == 1", "?1-3: a backslash stands before a quote or a backslash only"},
           Case{"model.name == ü", "?14-16: `ü` has no meaning here"},
           Case{"[model.name]", "?1-6: expected a text, a number, true, false, null or `]`, not this"},
           Case{"any(model.columns, 1)", "?19-20: expected a name for one item, not this"},
           Case{"any(model.columns, c, c) and c", "?29-30: `c` is unknown; known here: `model`"},
           Case{"(model.name", "?11-11: expected `)`, not the end"},
           Case{"not in model.tags", "?4-6: `in` is unknown; known here: `model`"},
       }) {
    INFO(one.text);
    CHECK(answer(one.text) == one.answer);
  }
  CHECK(answer("'" + std::string(2'000, 'a') + "'") == "?0-2002: the condition is longer than 2000 bytes");
  CHECK(answer("'\xff'") == "?0-3: the condition is not UTF-8");
}

TEST_CASE("what cannot be evaluated is an error, never a no") {
  for (const Case& one : {
           Case{"model.meta.missing < 3", "0-22: nothing and a number have no order"},
           Case{"model.name < 3", "0-14: a text and a number have no order"},
           Case{"model.name.length == 3", "0-17: a text has no member `length`"},
           Case{"model.tags['a'] == 1", "0-15: a list has no item a text"},
           Case{"all(model.name, c, c)", "0-21: `all` and `any` look at a list, not at a text"},
           Case{"model.tags.lower() == 'x'", "0-18: `lower` takes a text, not a list"},
           Case{"1 in model.name", "0-15: a number cannot be in a text"},
           Case{"'a' in 7", "0-8: nothing can be in a number"},
           Case{"length(model.meta.on) == 1", "0-21: true or false has no length"},
       }) {
    INFO(one.text);
    CHECK(answer(one.text) == one.answer);
  }
}

TEST_CASE("depth and work are bounded") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "1" + std::string(depth, ')') + " == 1";
  };
  CHECK(answer(nested(15)) == "true");
  CHECK(answer(nested(30)) == "?20-21: the condition is nested too deeply");
  std::string path = "model";
  for (int i = 0; i < 45; ++i)
    path += ".a";
  CHECK(answer(path).ends_with("the condition is nested too deeply"));

  json::array items(200);
  const json::value many = json::object{{"items", items}, {"text", std::string(1'000'000, 'x')}};
  const auto evaluated = [&](const char* text) {
    policy::ConditionProblem problem;
    const auto condition = policy::Condition::parse(text, &problem);
    REQUIRE(condition.has_value());
    const auto holds = condition->evaluate(many, &problem);
    return holds ? std::string("done") : problem.message;
  };
  CHECK(evaluated("all(model.items, a, a == null)") == "done");
  CHECK(evaluated("all(model.items, a, all(model.items, b, all(model.items, c, c == null)))") ==
        "the condition takes too long on this model");
  CHECK(evaluated("model.text.lower() == 'x'") == "the condition takes too long on this model");
  CHECK(evaluated("model.text.startswith('x')") == "done");
}
