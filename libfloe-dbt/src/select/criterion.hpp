// One word of a selection: `2+tag:daily+1`, `@orders`, `config.materialized:view`.
#pragma once

#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

struct Criterion {
  std::string text;                    // as written
  std::string method;                  // fqn, tag, path, ...
  std::vector<std::string> arguments;  // config.meta.owner -> {meta, owner}
  std::string value;
  bool childrens_parents = false;  // `@` in front
  bool with_parents = false;
  bool with_children = false;
  std::optional<int> parents_depth;  // nullopt: all
  std::optional<int> children_depth;
};

// kInvalidArgument says what is wrong and what is accepted.
Result<Criterion> parse_criterion(std::string_view text);
// Splits `config.meta.owner` and checks that there is such a method.
Status set_method(Criterion* criterion, std::string_view method);
// The method of a value without one: path, file or fqn.
std::string default_method(std::string_view value);

}  // namespace floe::dbt
