// The template engine: Jinja2 3.1 with the settings, tags, filters and environments of dbt.
//
//   auto text = FLOE_TRY(environment.render(*tpl, context));
//
// Errors carry the Python message; details say class, template, line and the macro chain (value/exception.hpp).
#pragma once

#include "jinja/context.hpp"
#include "jinja/machine.hpp"
#include "jinja/template.hpp"
#include "value/object.hpp"
#include "value/value.hpp"

#include "base/result.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

struct EnvironmentOptions {
  // dbt's parser: macros are called `dbt_macro__<name>`, and the tags materialization, test, data_test and docs exist.
  bool dbt_tags = true;
  // dbt's second environment: render_value() keeps the type of a single expression, and as_number, as_bool, as_native,
  // as_text mark text. Otherwise these filters change nothing.
  bool native = false;
};

class Environment {
 public:
  explicit Environment(EnvironmentOptions options = {});

  // `name` is what errors call the template. Syntax errors: kData, class TemplateSyntaxError, with the line.
  [[nodiscard]] Result<TemplatePtr> parse(std::string_view source, std::string_view name) const;

  // The rendered text.
  [[nodiscard]] Result<std::string> render(const Template& tpl, Context& context) const;
  // Native: the value of a single expression as it is (a constant expression is text), several nodes joined as str.
  [[nodiscard]] Result<Value> render_value(const Template& tpl, Context& context) const;

  [[nodiscard]] const EnvironmentOptions& options() const { return options_; }

 private:
  EnvironmentOptions options_;
};

// Within a run (from a callable, with arguments.machine): the same, but raises, and continues the machine's call chain.
std::string render_nested(const Template& tpl, Context& context, Machine& machine);
Value render_value_nested(const Template& tpl, Context& context, Machine& machine);

// A macro of `tpl` as a callable value. Each call runs with `context` (which must outlive the value), never with the
// caller's locals; `return(x)` inside ends it with x. `name` is MacroDefinition::name.
Value make_macro(TemplatePtr tpl, std::string_view name, std::string unique_id, Context& context);

// Calls any callable from outside a run.
Result<Value> call(const Value& callable, std::span<const Value> positional, std::span<const NamedValue> named,
                   Context& context);
// From inside a run; raises.
Value call_nested(const Value& callable, std::span<const Value> positional, std::span<const NamedValue> named,
                  Machine& machine);

// Jinja's own globals: range, dict, lipsum is absent, cycler, joiner, namespace. Contexts consult it last; the engine
// does so itself after Context::resolve says no.
bool find_jinja_global(const StringObject& name, Value* out);

// dbt's base context functions that need no host: return, fromjson, tojson, fromyaml, toyaml, set, set_strict, zip,
// zip_strict, local_md5, diff_of_two_dicts. False when the name is none of them.
bool find_dbt_builtin(const StringObject& name, Value* out);

}  // namespace floe::dbt
