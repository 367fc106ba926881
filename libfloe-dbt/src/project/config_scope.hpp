// ConfigScope: the template context of YAML files (dbt_project.yml, profiles.yml, schema yml): var, env_var, target,
// project_name and the base functions. Macros are not there.
#pragma once

#include "jinja/context.hpp"
#include "value/value.hpp"

#include "base/io/environment.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

struct ConfigNames {
  const io::Environment* environment = nullptr;
  bool allow_secrets = false;       // env_var('DBT_ENV_SECRET_x')
  Value target = Value::missing();  // absent in profiles.yml
  std::vector<Value> vars{};        // dicts, the first that has a name wins
  std::string project_name{};       // empty: none
  Value doc = Value::missing();     // doc(), for descriptions
  std::string invocation_id{};
  Value run_started_at{};
  Value modules{};
  Value flags{};
};

class ConfigScope final : public Context {
 public:
  explicit ConfigScope(ConfigNames names);
  bool resolve(const StringObject& name, Value* out) override;

 private:
  ConfigNames names_;
};

// env_var(name, default) and its errors; shared with the scopes of nodes.
Value call_env_var(const io::Environment& environment, bool allow_secrets, const Arguments& arguments);

}  // namespace floe::dbt
