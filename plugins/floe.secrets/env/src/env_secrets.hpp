// floe.secrets/env: the key `warehouse-key` is the variable FLOE_SECRET_WAREHOUSE_KEY.
#pragma once

#include "base/result.hpp"
#include "floe/interfaces/secrets.hpp"

#include <string>
#include <string_view>

namespace floe::secrets {

// The variable of a key: upper case, everything but letters and digits an underscore. kInvalidArgument for a key that
// has other characters than letters, digits, `.`, `_`, `-` and `/`.
Result<std::string> variable_of(std::string_view key);

class EnvSecrets final : public SecretsPlugin<EnvSecrets> {
 public:
  static std::string validate_config(Call& call, std::string_view config);
  std::string health(Call& call);
  std::string describe(Call& call);
  Status get(Call& call, std::string_view key, Sink& value);
  // Keys as far as the variables still tell them: `warehouse-key`, also when it was written `Warehouse.Key`.
  std::string list(Call& call, std::string_view prefix);
  Result<std::string> pod_environment(Call& call, std::string_view request);
};

}  // namespace floe::secrets
