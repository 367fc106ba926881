#include "sql/unused_name.hpp"

#include "sql/sql_text.hpp"

#include <algorithm>

namespace floe::duckdb_compute {

std::string unused_name(std::string base, const std::vector<std::string>& taken) {
  const auto is_base = [&](const std::string& name) { return lower_name(name) == lower_name(base); };
  while (std::any_of(taken.begin(), taken.end(), is_base))
    base += '_';
  return base;
}

}  // namespace floe::duckdb_compute
