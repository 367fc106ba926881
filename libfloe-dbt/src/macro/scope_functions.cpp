#include "jinja/environment.hpp"
#include "macro/agate_csv.hpp"
#include "macro/scope_objects.hpp"
#include "model/tree.hpp"
#include "project/config_scope.hpp"
#include "project/source_file.hpp"
#include "project/yaml_render.hpp"
#include "value/exception.hpp"
#include "value/operations.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace floe::dbt {
namespace {

std::string require_text(const Value& value, std::string_view what) {
  if (value.is_string()) return value.as_string();
  raise(ExceptionKind::kCompilation, fmt::format("The {} must be a string, got <class '{}'>", what, type_name(value)));
}

RefArgs ref_arguments(const Arguments& arguments) {
  RefArgs ref;
  const auto& given = arguments.positional;
  if (given.size() == 1) {
    ref.name = require_text(given[0], "name argument to ref()");
  } else if (given.size() == 2) {
    if (!given[0].is_none()) ref.package = require_text(given[0], "package argument to ref()");
    ref.name = require_text(given[1], "name argument to ref()");
  } else {
    raise(ExceptionKind::kCompilation, fmt::format("ref() takes at most two arguments ({} given)", given.size()));
  }
  for (std::string_view key : {"v", "version"}) {
    const Value* version = arguments.find(key);
    if (version != nullptr && truth(*version)) ref.version = *version;
  }
  if (!ref.version.is_none() && !ref.version.is_string() && !ref.version.is_int() && !ref.version.is_float()) {
    raise(ExceptionKind::kCompilation,
          fmt::format("The version argument to ref() must be a string, int, float, or None - got <class '{}'>",
                      type_name(ref.version)));
  }
  return ref;
}

Value call_var(RenderScope& scope, const Arguments& arguments) {
  Value bound[2] = {Value::missing(), Value::missing()};
  bind_arguments("var", arguments, {"var_name", "default"}, 1, bound);
  const std::string name = to_str(bound[0]);
  Value found;
  if (!scope.find_var(name, &found)) {
    if (!bound[1].is_missing()) return bound[1];
    if (scope.mode() == ScopeMode::kParse) return Value();
    raise(ExceptionKind::kCompilation,
          fmt::format("Required var '{}' not found in config:\nVars supplied to {} = {}", name,
                      scope.node() == nullptr ? "<Configuration>" : scope.node()->name,
                      to_repr(scope.session().workspace->root->vars)));
  }
  // A text is itself a template.
  if (!found.is_string() || !has_template_marks(found.as_string())) return found;
  auto tpl = scope.session().text.parse(found.as_string(), "var " + name);
  if (!tpl) raise_error(std::move(tpl).error());
  return Value(render_nested(**tpl, scope, arguments.machine));
}

Value call_render(RenderScope& scope, Arguments& arguments) {
  const std::string text = to_str(arguments.positional.empty() ? Value() : arguments.positional[0]);
  if (!has_template_marks(text)) return Value(text);
  auto tpl = scope.session().text.parse(text, scope.node() == nullptr ? "render" : scope.node()->original_file_path);
  if (!tpl) raise_error(std::move(tpl).error());
  return Value(render_nested(**tpl, scope, arguments.machine));
}

Value call_load_agate_table(RenderScope& scope, Arguments& /*arguments*/) {
  Node* node = scope.node();
  if (node == nullptr || node->type != ResourceType::kSeed) {
    raise(ExceptionKind::kCompilation, "can only load_agate_table for seeds");
  }
  const std::string path = io::join_path(node->root_path, node->original_file_path);
  auto text = io::read_document(*scope.session().files, path, kMaxSeedBytes);
  if (!text) raise_error(std::move(text).error());
  CsvOptions options;
  if (const Value delimiter = node->config_get("delimiter");
      delimiter.is_string() && delimiter.as_string().size() == 1) {
    options.delimiter = delimiter.as_string()[0];
  }
  const Value types = node->config_get("column_types");
  if (types.is_dict()) {
    for (std::size_t i = 0; const DictObject::Entry* entry = types.dict_object()->next(&i);) {
      options.text_columns.push_back(to_str(entry->key));
    }
  }
  auto table = read_agate_csv(*text, options);
  if (!table) raise_error(std::move(table).error());
  return *table;
}

Value call_try_or_compiler_error(RenderScope& /*scope*/, Arguments& arguments) {
  if (arguments.positional.size() < 2)
    raise(ExceptionKind::kTypeError, "try_or_compiler_error() needs a message and a function");
  try {
    return call_nested(arguments.positional[1], arguments.positional.subspan(2), arguments.named, arguments.machine);
  } catch (const PythonException& exception) {
    if (exception.kind() == ExceptionKind::kCancelled || exception.kind() == ExceptionKind::kLimit) throw;
    raise(ExceptionKind::kCompilation, to_str(arguments.positional[0]));
  }
}

Value call_log(RenderScope& scope, Arguments& arguments) {
  Value bound[2] = {Value::missing(), Value(false)};
  bind_arguments("log", arguments, {"msg", "info"}, 1, bound);
  if (scope.session().host != nullptr) {
    scope.session().host->log(to_str(bound[0]), !bound[1].is_missing() && truth(bound[1]));
  }
  return Value("");
}

Value call_print(RenderScope& scope, Arguments& arguments) {
  const Value message = arguments.positional.empty() ? Value("") : arguments.positional[0];
  if (scope.session().host != nullptr) scope.session().host->print(to_str(message));
  return Value("");
}

Value call_write(RenderScope& scope, Arguments& arguments) {
  if (scope.backend() != nullptr && scope.node() != nullptr && !arguments.positional.empty()) {
    scope.backend()->write_run_file(*scope.node(), to_str(arguments.positional[0]));
  }
  return Value("");
}

Value call_load_result(RenderScope& scope, Arguments& arguments) {
  return arguments.positional.empty() ? Value() : scope.take_result(to_str(arguments.positional[0]));
}

bool is_given(const Value& value) { return !value.is_missing() && !value.is_none(); }

Value call_store_result(RenderScope& scope, Arguments& arguments) {
  Value bound[3] = {Value::missing(), Value::missing(), Value()};
  bind_arguments("store_result", arguments, {"name", "response", "agate_table"}, 2, bound);
  scope.store_result(to_str(bound[0]), bound[1], is_given(bound[2]) ? bound[2] : make_empty_table());
  return Value("");
}

Value call_store_raw_result(RenderScope& scope, Arguments& arguments) {
  Value bound[5] = {Value::missing(), Value(), Value(), Value(), Value()};
  bind_arguments("store_raw_result", arguments, {"name", "message", "code", "rows_affected", "agate_table"}, 1, bound);
  const auto text = [](const Value& value) { return is_given(value) ? to_str(value) : std::string(); };
  scope.store_result(
      text(bound[0]),
      make_adapter_response(text(bound[1]), text(bound[2]), bound[3].is_missing() ? std::nullopt : as_index(bound[3])),
      is_given(bound[4]) ? bound[4] : make_empty_table());
  return Value("");
}

Value call_adapter_macro(RenderScope& /*scope*/, Arguments& arguments) {
  raise(ExceptionKind::kCompilation,
        fmt::format("The \"adapter_macro\" macro has been deprecated. Instead, use the `adapter.dispatch` method to "
                    "find a macro and call the result. adapter_macro was called for: {}",
                    arguments.positional.empty() ? "" : to_str(arguments.positional[0])));
}

}  // namespace

Value make_validation() {
  return make_namespace("dict", {{"any", make_callable("any", [](Arguments& outer) {
                                    std::vector<Value> accepted(outer.positional.begin(), outer.positional.end());
                                    return make_callable("inner", [accepted](Arguments& inner) -> Value {
                                      const Value value = inner.positional.empty() ? Value() : inner.positional[0];
                                      std::string names;
                                      for (const Value& each : accepted) {
                                        if (equals(each, value)) return Value();
                                        names += (names.empty() ? "" : ",") + to_str(each);
                                      }
                                      raise(ExceptionKind::kCompilation,
                                            fmt::format("Expected value \"{}\" to be one of {}", to_str(value), names));
                                    });
                                  })}});
}

Value make_ref_function(RenderScope& scope) {
  return make_callable("ref", [&scope](Arguments& arguments) { return scope.resolve_ref(ref_arguments(arguments)); });
}

Value make_source_function(RenderScope& scope) {
  return make_callable("source", [&scope](Arguments& arguments) {
    if (arguments.positional.size() != 2) {
      raise(ExceptionKind::kCompilation,
            fmt::format("source() takes exactly two arguments ({} given)", arguments.positional.size()));
    }
    return scope.resolve_source({require_text(arguments.positional[0], "source name (first) argument to source()"),
                                 require_text(arguments.positional[1], "table name (second) argument to source()")});
  });
}

Value make_var_function(RenderScope& scope) {
  class VarFunction final : public Object {
   public:
    explicit VarFunction(RenderScope& scope) : scope_(scope) {}

    [[nodiscard]] std::string_view type_name() const override { return "Var"; }

    [[nodiscard]] bool is_callable() const override { return true; }

    Value call(Arguments& arguments) override { return call_var(scope_, arguments); }

    bool call_method(const StringObject& name, Arguments& arguments, Value* out) override {
      if (name.view() != "has_var") return Object::call_method(name, arguments, out);
      Value found;
      *out = Value(!arguments.positional.empty() && scope_.find_var(to_str(arguments.positional[0]), &found));
      return true;
    }

   private:
    RenderScope& scope_;
  };

  return make_ref<VarFunction>(scope);
}

Value make_env_var_function(RenderScope& scope) {
  return make_callable("env_var", [&scope](Arguments& arguments) {
    return call_env_var(*scope.session().environment, false, arguments);
  });
}

Value make_scope_function(RenderScope& scope, std::string_view name) {
  using Call = Value (*)(RenderScope&, Arguments&);
  static const std::unordered_map<std::string_view, Call> kCalls{
      {"log", call_log},
      {"print", call_print},
      {"render", call_render},
      {"write", call_write},
      {"load_result", call_load_result},
      {"store_result", call_store_result},
      {"store_raw_result", call_store_raw_result},
      {"load_agate_table", call_load_agate_table},
      {"try_or_compiler_error", call_try_or_compiler_error},
      {"adapter_macro", call_adapter_macro},
  };
  const auto found = kCalls.find(name);
  if (found == kCalls.end()) return Value::missing();
  return make_callable(std::string(name),
                       [&scope, call = found->second](Arguments& arguments) { return call(scope, arguments); });
}

}  // namespace floe::dbt
