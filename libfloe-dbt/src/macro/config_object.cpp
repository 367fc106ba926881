// `config` in templates: config(...) while parsing, config.get() and config.require() when running.
#include "jinja/environment.hpp"
#include "macro/scope_objects.hpp"
#include "model/tree.hpp"
#include "value/exception.hpp"
#include "value/operations.hpp"

#include <fmt/format.h>

namespace floe::dbt {
namespace {

class ConfigObject final : public Object {
 public:
  explicit ConfigObject(RenderScope& scope) : scope_(scope) {}

  [[nodiscard]] std::string_view type_name() const override {
    return scope_.mode() == ScopeMode::kParse ? "ParseConfigObject" : "RuntimeConfigObject";
  }

  [[nodiscard]] bool is_callable() const override { return true; }

  Value call(Arguments& arguments) override {
    if (scope_.mode() != ScopeMode::kParse) return Value("");
    Value options = Value::dict();
    if (arguments.positional.size() == 1 && arguments.named.empty() && arguments.positional[0].is_dict()) {
      options = merged_dict(arguments.positional[0], Value());
    } else if (arguments.positional.empty() && !arguments.named.empty()) {
      for (const NamedValue& named : arguments.named)
        options.dict_object()->set(named.name, named.value);
    } else {
      raise(ExceptionKind::kCompilation, "Invalid inline model config");
    }
    record(options);
    return Value("");
  }

  bool call_method(const StringObject& name, Arguments& arguments, Value* out) override {
    const std::string_view key = name.view();
    if (key == "set") {
      if (arguments.positional.size() == 2 && scope_.mode() == ScopeMode::kParse) {
        record(Value::dict({{arguments.positional[0], arguments.positional[1]}}));
      }
      *out = Value("");
    } else if (key == "get" || key == "meta_get") {
      *out = get(key == "meta_get", arguments);
    } else if (key == "require" || key == "meta_require") {
      *out = require(key == "meta_require", arguments);
    } else if (key == "persist_relation_docs") {
      *out = persist_docs("relation");
    } else if (key == "persist_column_docs") {
      *out = persist_docs("columns");
    } else {
      return Object::call_method(name, arguments, out);
    }
    return true;
  }

  bool get_attr(const StringObject& name, Value* out) override {
    for (std::string_view method :
         {"get", "require", "set", "meta_get", "meta_require", "persist_relation_docs", "persist_column_docs"}) {
      if (name.view() != method) continue;
      *out = make_callable(name.text(),
                           [self = Value(Ref<ConfigObject>(this)), method = name.text()](Arguments& arguments) {
                             Value result;
                             self.object()->call_method(StringObject(method), arguments, &result);
                             return result;
                           });
      return true;
    }
    return false;
  }

 private:
  void record(const Value& options) {
    DictObject& dict = *options.dict_object();
    for (auto [old_key, key] : {std::pair{"pre_hook", "pre-hook"}, std::pair{"post_hook", "post-hook"}}) {
      const Value* found = dict.find(std::string_view(old_key));
      if (found == nullptr) continue;
      if (dict.find(std::string_view(key)) != nullptr) {
        raise(ExceptionKind::kCompilation,
              fmt::format("Invalid config, has conflicting keys \"{}\" and \"{}\"", old_key, key));
      }
      const Value hooks = *found;
      dict.erase(Value(old_key));
      dict.set(std::string_view(key), hooks);
    }
    if (scope_.recorder() == nullptr) raise(ExceptionKind::kCompilation, "config() cannot be called here");
    scope_.recorder()->on_config(options);
  }

  // The value, or missing().
  [[nodiscard]] Value lookup(bool in_meta, std::string_view name) const {
    const Node* node = scope_.node();
    if (node == nullptr) return Value::missing();
    if (in_meta) {
      const Value* meta = find_key(node->config, "meta");
      const Value* found = meta == nullptr ? nullptr : find_key(*meta, name);
      return found == nullptr ? Value::missing() : deep_copy(*found);
    }
    if (name == "pre_hook") name = "pre-hook";
    if (name == "post_hook") name = "post-hook";
    const Value* found = find_key(node->config, name);
    return found == nullptr ? Value::missing() : deep_copy(*found);
  }

  static void validate(const Value& validator, const Value& value, Machine& machine) {
    call_nested(validator, {&value, 1}, {}, machine);
  }

  Value get(bool in_meta, const Arguments& arguments) const {
    Value bound[3] = {Value::missing(), Value(), Value()};
    bind_arguments("get", arguments, {"name", "default", "validator"}, 1, bound);
    if (scope_.mode() == ScopeMode::kParse) return Value("");
    const Value fallback = bound[1].is_missing() ? Value() : bound[1];
    Value found = lookup(in_meta, to_str(bound[0]));
    if (found.is_missing()) found = fallback;
    if (!bound[2].is_missing() && !bound[2].is_none() && !fallback.is_none())
      validate(bound[2], found, arguments.machine);
    return found;
  }

  Value require(bool in_meta, const Arguments& arguments) const {
    Value bound[2] = {Value::missing(), Value()};
    bind_arguments("require", arguments, {"name", "validator"}, 1, bound);
    if (scope_.mode() == ScopeMode::kParse) return Value("");
    Value found = lookup(in_meta, to_str(bound[0]));
    if (found.is_missing()) {
      raise(ExceptionKind::kCompilation,
            fmt::format("Model '{}' does not define a required config parameter '{}'.",
                        scope_.node() == nullptr ? "" : scope_.node()->unique_id, to_str(bound[0])));
    }
    if (!bound[1].is_missing() && !bound[1].is_none()) validate(bound[1], found, arguments.machine);
    return found;
  }

  [[nodiscard]] Value persist_docs(std::string_view part) const {
    if (scope_.mode() == ScopeMode::kParse || scope_.node() == nullptr) return Value(false);
    const Value docs = scope_.node()->config_get("persist_docs");
    if (docs.is_none()) return Value(false);
    if (!docs.is_dict()) {
      raise(ExceptionKind::kCompilation,
            fmt::format("Invalid value provided for 'persist_docs'. Expected dict but received <class '{}'>",
                        floe::dbt::type_name(docs)));
    }
    const Value* found = find_key(docs, part);
    return found == nullptr ? Value(false) : *found;
  }

  RenderScope& scope_;
};

}  // namespace

Value make_config_object(RenderScope& scope) { return make_ref<ConfigObject>(scope); }

}  // namespace floe::dbt
