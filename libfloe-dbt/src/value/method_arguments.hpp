// What the methods of builtin types ask of their arguments. All raise in Python's words.
#pragma once

#include "value/operations.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace floe::dbt {

void refuse_keywords(std::string_view method, const Arguments& arguments);

// Between `low` and `high` positional arguments, no keywords.
void expect_count(std::string_view method, const Arguments& arguments, std::size_t low, std::size_t high);

const std::string& expect_string(const Value& value, std::string_view what);

// An int that fits into 64 bits.
std::int64_t expect_index(const Value& value);

// Positional argument `index`, or the keyword of that name, or nullptr.
inline const Value* argument_at(const Arguments& arguments, std::size_t index, std::string_view name = {}) {
  if (index < arguments.positional.size()) return &arguments.positional[index];
  return name.empty() ? nullptr : arguments.find(name);
}

}  // namespace floe::dbt
