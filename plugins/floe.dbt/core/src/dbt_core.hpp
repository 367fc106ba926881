// floe.dbt/core: the dbt runtime is dbt-core, in a child process for each command.
#pragma once

#include "base/result.hpp"
#include "floe/interfaces/dbt.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace floe::dbt_core {

struct Config {
  std::string executable;  // "" = looked for
  std::string database;    // "" = beside the target path
};

// Thread-safe: each call has a child, a profile and a log of its own.
class DbtCore final : public DBTPlugin<DbtCore> {
 public:
  explicit DbtCore(Config config) : config_(std::move(config)) {}

  static std::string validate_config(Call& call, std::string_view config);
  static Result<std::unique_ptr<DbtCore>> create(Call& call, std::string_view config);
  std::string health(Call& call);
  std::string describe(Call& call);
  Result<std::string> invoke(Call& call, std::string_view request);
  Result<std::string> parse(Call& call, std::string_view request);
  Result<std::string> runtime(Call& call);

 private:
  Config config_;
};

}  // namespace floe::dbt_core
