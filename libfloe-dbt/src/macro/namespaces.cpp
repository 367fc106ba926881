// Namespaces of templates: macros of a package, `exceptions`, `builtins`, `context`.
#include "macro/scope_objects.hpp"
#include "model/tree.hpp"
#include "value/exception.hpp"
#include "value/operations.hpp"

#include <fmt/format.h>

namespace floe::dbt {
namespace {

class MacroNamespace final : public Object {
 public:
  MacroNamespace(RenderScope& scope, std::string package) : scope_(scope), package_(std::move(package)) {}

  [[nodiscard]] std::string_view type_name() const override { return "MacroNamespace"; }

  bool get_attr(const StringObject& name, Value* out) override {
    const Macro* macro = scope_.session().macros.in_package(package_, name.view());
    if (macro == nullptr) return false;
    *out = scope_.macro_value(*macro);
    return true;
  }

  bool get_item(const Value& key, Value* out) override { return key.is_string() && get_attr(*key.string(), out); }

  std::optional<bool> contains(const Value& item) override {
    return item.is_string() && scope_.session().macros.in_package(package_, item.as_string()) != nullptr;
  }

  bool call_method(const StringObject& name, Arguments& arguments, Value* out) override {
    if (name.view() == "get" && scope_.session().macros.in_package(package_, "get") == nullptr) {
      const Value key = arguments.positional.empty() ? Value() : arguments.positional[0];
      if (!get_item(key, out)) *out = arguments.positional.size() > 1 ? arguments.positional[1] : Value();
      return true;
    }
    return Object::call_method(name, arguments, out);
  }

 private:
  RenderScope& scope_;
  std::string package_;
};

// The context itself: every name of the scope as an item.
class ContextObject final : public Object {
 public:
  explicit ContextObject(RenderScope& scope) : scope_(scope) {}

  [[nodiscard]] std::string_view type_name() const override { return "dict"; }

  [[nodiscard]] bool is_mapping() const override { return true; }

  bool get_attr(const StringObject& name, Value* out) override { return scope_.resolve(name, out); }

  bool get_item(const Value& key, Value* out) override { return key.is_string() && scope_.resolve(*key.string(), out); }

  void set_item(const Value& key, const Value& value) override { scope_.set(to_str(key), value); }

  std::optional<bool> contains(const Value& item) override {
    Value ignored;
    return item.is_string() && scope_.resolve(*item.string(), &ignored);
  }

  bool call_method(const StringObject& name, Arguments& arguments, Value* out) override {
    if (name.view() == "get") {
      const Value key = arguments.positional.empty() ? Value() : arguments.positional[0];
      if (!get_item(key, out)) *out = arguments.positional.size() > 1 ? arguments.positional[1] : Value();
      return true;
    }
    if (name.view() == "update") {
      if (!arguments.positional.empty() && arguments.positional[0].is_dict()) {
        const DictObject& dict = *arguments.positional[0].dict_object();
        for (std::size_t i = 0; const DictObject::Entry* entry = dict.next(&i);)
          scope_.set(to_str(entry->key), entry->value);
      }
      for (const NamedValue& named : arguments.named)
        scope_.set(named.name.as_string(), named.value);
      *out = Value();
      return true;
    }
    return Object::call_method(name, arguments, out);
  }

 private:
  RenderScope& scope_;
};

std::string message_of(const Arguments& arguments) {
  if (!arguments.positional.empty()) return to_str(arguments.positional[0]);
  const Value* message = arguments.find("msg");
  return message == nullptr ? std::string() : to_str(*message);
}

Value raiser(std::string name) {
  return make_callable(std::move(name), [](Arguments& arguments) -> Value {
    raise(ExceptionKind::kCompilation, message_of(arguments));
  });
}

std::string argument_text(const Arguments& arguments, std::size_t index) {
  return index < arguments.positional.size() ? to_str(arguments.positional[index]) : std::string();
}

}  // namespace

Value make_macro_namespace(RenderScope& scope, std::string package) {
  return make_ref<MacroNamespace>(scope, std::move(package));
}

Value make_context_object(RenderScope& scope) { return make_ref<ContextObject>(scope); }

Value make_builtins_namespace(RenderScope& scope) {
  return make_namespace("dict", {{"ref", make_ref_function(scope)},
                                 {"source", make_source_function(scope)},
                                 {"config", make_config_object(scope)},
                                 {"var", make_var_function(scope)},
                                 {"env_var", make_env_var_function(scope)}});
}

Value make_exceptions_namespace(RenderScope& scope) {
  std::vector<std::pair<std::string, Value>> members;
  for (const char* name :
       {"raise_compiler_error", "raise_database_error", "raise_not_implemented", "raise_dependency_error",
        "raise_fail_fast_error", "raise_cache_inconsistent", "raise_invalid_property_yml_version",
        "raise_dataclass_not_dict", "raise_duplicate_patch_name", "raise_duplicate_resource_name",
        "raise_dep_not_found", "raise_ambiguous_alias", "raise_ambiguous_catalog_match", "missing_materialization",
        "missing_relation"}) {
    members.emplace_back(name, raiser(name));
  }
  members.emplace_back("warn", make_callable("warn", [&scope](Arguments& arguments) {
                         if (scope.session().host != nullptr) scope.session().host->warn(message_of(arguments));
                         return Value("");
                       }));
  members.emplace_back("warn_snapshot_timestamp_data_types", make_callable("warn", [](Arguments&) { return Value(); }));
  members.emplace_back("missing_config", make_callable("missing_config", [](Arguments& arguments) -> Value {
                         raise(ExceptionKind::kCompilation,
                               fmt::format("Model '{}' does not define a required config parameter '{}'.",
                                           argument_text(arguments, 0), argument_text(arguments, 1)));
                       }));
  members.emplace_back(
      "relation_wrong_type", make_callable("relation_wrong_type", [](Arguments& arguments) -> Value {
        raise(ExceptionKind::kCompilation,
              fmt::format(
                  "Trying to create {1} {0}, but it currently exists as another type. Either drop {0} manually, or "
                  "run dbt with `--full-refresh` and dbt will drop it for you.",
                  argument_text(arguments, 0), argument_text(arguments, 1)));
      }));
  members.emplace_back(
      "column_type_missing", make_callable("column_type_missing", [](Arguments& arguments) -> Value {
        raise(ExceptionKind::kCompilation,
              fmt::format(
                  "Contracted models require data_type to be defined for each column. Please ensure that the column "
                  "name and data_type are defined within the YAML configuration for the {} column(s).",
                  argument_text(arguments, 0)));
      }));
  members.emplace_back(
      "raise_contract_error", make_callable("raise_contract_error", [](Arguments& arguments) -> Value {
        raise(ExceptionKind::kCompilation,
              fmt::format(
                  "This model has an enforced contract that failed.\nPlease ensure the name, data_type, and number of "
                  "columns in your contract match the columns in your model's definition.\n\ndeclared: {}\nfound: {}",
                  argument_text(arguments, 0), argument_text(arguments, 1)));
      }));
  return make_namespace("dict", std::move(members));
}

Value macro_value_dict(const Macro& macro) {
  return Value::dict({{"name", Value(macro.name)},
                      {"resource_type", Value("macro")},
                      {"package_name", Value(macro.package_name)},
                      {"path", Value(macro.path)},
                      {"original_file_path", Value(macro.original_file_path)},
                      {"unique_id", Value(macro.unique_id)},
                      {"macro_sql", Value(macro.macro_sql)},
                      {"description", Value(macro.description)},
                      {"meta", macro.meta}});
}

}  // namespace floe::dbt
