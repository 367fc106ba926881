#include "project/config_scope.hpp"

#include "jinja/environment.hpp"
#include "model/dbt_version.hpp"
#include "model/tree.hpp"
#include "value/exception.hpp"
#include "value/object.hpp"
#include "value/operations.hpp"

#include <fmt/format.h>

namespace floe::dbt {
namespace {

constexpr std::string_view kSecretPrefix = "DBT_ENV_SECRET";

// What floe itself is told in secret: the token of who runs it, and the values of the secrets plugin `env`. No template
// has a use for them, that of profiles.yml neither, whose values all others read as `target`.
bool is_of_floe(const std::string& name) { return name == "FLOE_TOKEN" || name.starts_with("FLOE_SECRET_"); }

Value call_var(const std::vector<Value>& layers, const Arguments& arguments) {
  Value bound[2] = {Value::missing(), Value::missing()};
  bind_arguments("var", arguments, {"var_name", "default"}, 1, bound);
  for (const Value& layer : layers) {
    if (!layer.is_dict()) continue;
    if (const Value* found = layer.dict_object()->find(bound[0])) return *found;
  }
  if (!bound[1].is_missing()) return bound[1];
  raise(
      ExceptionKind::kCompilation,
      fmt::format("Required var '{}' not found in config:\nVars supplied to <Configuration> = {{}}", to_str(bound[0])));
}

}  // namespace

Value call_env_var(const io::Environment& environment, bool allow_secrets, const Arguments& arguments) {
  Value bound[2] = {Value::missing(), Value()};
  bind_arguments("env_var", arguments, {"var", "default"}, 1, bound);
  const std::string name = to_str(bound[0]);
  if (is_of_floe(name)) {
    raise(ExceptionKind::kCompilation,
          fmt::format("'{}' is a secret of floe, which no template reads; have a plugin name it as a secret in "
                      "manifest.yaml",
                      name));
  }
  if (!allow_secrets && name.starts_with(kSecretPrefix)) {
    raise(ExceptionKind::kCompilation,
          fmt::format("Secret env vars are allowed only in profiles.yml or packages.yml. Found '{}' referenced "
                      "elsewhere.",
                      name));
  }
  if (auto found = environment.get(name)) return Value(*found);
  if (!bound[1].is_none() && !bound[1].is_missing()) return bound[1];
  raise(ExceptionKind::kCompilation, fmt::format("Env var required but not provided: '{}'", name));
}

ConfigScope::ConfigScope(ConfigNames names) : names_(std::move(names)) {}

bool ConfigScope::resolve(const StringObject& name, Value* out) {
  const std::string_view text = name.view();
  if (text == "var") {
    *out = make_callable("var", [this](Arguments& arguments) { return call_var(names_.vars, arguments); });
  } else if (text == "env_var") {
    *out = make_callable("env_var", [this](Arguments& arguments) {
      return call_env_var(*names_.environment, names_.allow_secrets, arguments);
    });
  } else if (text == "target" && !names_.target.is_missing()) {
    *out = names_.target;
  } else if (text == "project_name" && !names_.project_name.empty()) {
    *out = Value(names_.project_name);
  } else if (text == "doc" && !names_.doc.is_missing()) {
    *out = names_.doc;
  } else if (text == "dbt_version") {
    *out = Value(kDbtVersion);
  } else if (text == "invocation_id") {
    *out = Value(names_.invocation_id);
  } else if (text == "run_started_at") {
    *out = names_.run_started_at;
  } else if (text == "modules") {
    *out = names_.modules;
  } else if (text == "flags") {
    *out = names_.flags;
  } else if (text == "log" || text == "print") {
    *out = make_callable(std::string(text), [](Arguments&) { return Value(""); });
  } else {
    return find_dbt_builtin(name, out);
  }
  return true;
}

}  // namespace floe::dbt
