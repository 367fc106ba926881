// Renders the cases of tests/peers/jinja/compare.py: one JSON object per line, {template, context, native}, in; one
// line {output} or {error, message} out. The context is parsed once per distinct text.
#include "jinja/environment.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"

#include <cstdio>
#include <iostream>
#include <string>
#include <unordered_map>

namespace {

using floe::dbt::to_repr;
using floe::dbt::type_name;
using floe::dbt::Value;

// Gives templates a few things JSON cannot carry: tuples and a function.
Value echo(floe::dbt::Arguments& arguments) {
  std::string out = "<";
  for (const Value& value : arguments.positional)
    out += to_repr(value) + ";";
  for (const auto& [name, value] : arguments.named)
    out += name.as_string() + "=" + to_repr(value) + ";";
  return Value(out + ">");
}

std::string render(const floe::dbt::Environment& environment, const Value& request, const Value& globals) {
  floe::dbt::DictContext context(globals);
  Value answer = Value::dict();
  auto report = [&](const floe::Error& error) {
    const std::string* name = error.detail("jinja.class");
    answer.dict_object()->set("error", Value(name == nullptr ? std::string("Error") : *name));
    answer.dict_object()->set("message", Value(error.message));
  };
  auto tpl = environment.parse(request.dict_object()->find("template")->as_string(), "case");
  if (!tpl) {
    report(tpl.error());
  } else if (environment.options().native) {
    auto value = environment.render_value(**tpl, context);
    if (value) {
      answer.dict_object()->set("output", Value(std::string(type_name(*value)) + ":" + to_repr(*value)));
    } else {
      report(value.error());
    }
  } else {
    auto text = environment.render(**tpl, context);
    if (text) {
      answer.dict_object()->set("output", Value(*text));
    } else {
      report(text.error());
    }
  }
  return dump_json(answer);
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  floe::dbt::Environment text_environment({.dbt_tags = false, .native = false});
  floe::dbt::Environment native_environment({.dbt_tags = false, .native = true});
  for (std::string line; std::getline(std::cin, line);) {
    auto request = floe::dbt::load_json(line);
    if (!request) {
      std::cerr << "bad request: " << request.error().message << '\n';
      return 1;
    }
    // A fresh context each time: templates may change what is in it.
    auto globals = floe::dbt::load_json(request->dict_object()->find("context")->as_string());
    if (!globals) {
      std::cerr << "bad context: " << globals.error().message << '\n';
      return 1;
    }
    globals->dict_object()->set("echo", floe::dbt::make_function("echo", echo));
    globals->dict_object()->set("pair", Value::tuple({Value(1), Value("two")}));
    const Value* native = request->dict_object()->find("native");
    bool is_native = native != nullptr && truth(*native);
    std::cout << render(is_native ? native_environment : text_environment, *request, *globals) << '\n';
  }
  return 0;
}
