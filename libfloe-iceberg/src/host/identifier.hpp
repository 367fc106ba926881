// The name of a table or view: namespace levels and a last part.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

struct Identifier {
  std::vector<std::string> levels;
  std::string name;

  bool operator==(const Identifier&) const = default;
  [[nodiscard]] std::string to_string() const;  // `main.orders`
  [[nodiscard]] std::string to_json() const;    // {"namespace":["main"],"name":"orders"}
};

Result<Identifier> parse_identifier(std::string_view json_text);

}  // namespace floe::iceberg
