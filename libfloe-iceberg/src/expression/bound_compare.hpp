// Comparisons of bounds with literals, shared by the evaluators.
#pragma once

#include "expression/expression.hpp"
#include "schema/literal.hpp"

#include <compare>
#include <optional>
#include <string_view>
#include <vector>

namespace floe::iceberg {

inline bool is_floating_type(const Type& type) { return type.id() == TypeId::kFloat || type.id() == TypeId::kDouble; }

// As engines compare: -0.0 equals 0.0. Nothing when the types differ (a file written before a change of type).
std::optional<std::strong_ordering> compare_values(const Literal& left, const Literal& right);

// Lower and upper bound of a set of values; nothing = not known.
struct ValueRange {
  std::optional<Literal> lower;
  std::optional<Literal> upper;
};

// Unreadable and NaN bounds are taken as unknown.
ValueRange decode_range(const Type& type, std::optional<std::string_view> lower, std::optional<std::string_view> upper);

// Comparisons, sets and prefixes only.
bool range_may_match(const Expression& predicate, const ValueRange& range);

}  // namespace floe::iceberg
