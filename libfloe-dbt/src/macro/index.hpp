// MacroIndex: which macro a name means, in dbt's search order.
#pragma once

#include "model/node.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace floe::dbt {

struct Workspace;

// Built once after all macros are parsed; read by all threads.
class MacroIndex {
 public:
  MacroIndex() = default;
  MacroIndex(const Workspace& workspace, const std::vector<std::unique_ptr<Macro>>& macros);

  // In that package only; `dbt` means all builtin packages in order.
  [[nodiscard]] const Macro* in_package(std::string_view package, std::string_view name) const;
  // A bare name in a node of `package`: that package, root, other packages' names do not count, builtin ones.
  [[nodiscard]] const Macro* in_scope(std::string_view package, std::string_view name) const;
  // dbt's MacroResolver.get_macro: as in_scope, but any package's macro is found before builtin ones.
  [[nodiscard]] const Macro* resolve(std::string_view package, std::string_view name) const;
  [[nodiscard]] bool has_package(std::string_view package) const;
  [[nodiscard]] std::vector<std::string_view> names_in(std::string_view package) const;

  // generate_<component>_name: root project's, else a package's own for its nodes, else the builtin one.
  [[nodiscard]] const Macro* naming(std::string_view component, std::string_view node_package) const;
  // materialization_<name>_<adapter> with dbt's locality and adapter rules; nullptr when there is none.
  [[nodiscard]] const Macro* materialization(std::string_view name) const;
  // adapter.dispatch. `attempts` receives the names tried.
  [[nodiscard]] const Macro* dispatch(std::string_view name, const std::string* macro_namespace,
                                      std::string_view node_package, std::vector<std::string>* attempts) const;

 private:
  using Names = std::unordered_map<std::string_view, const Macro*>;

  const Workspace* workspace_ = nullptr;
  std::unordered_map<std::string_view, Names> packages_;
  std::vector<std::string_view> builtin_;  // dbt_duckdb, dbt
  Names internals_;
  Names any_;  // resolve()
};

}  // namespace floe::dbt
