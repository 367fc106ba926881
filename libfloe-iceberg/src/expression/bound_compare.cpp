#include "expression/bound_compare.hpp"

#include <algorithm>

namespace floe::iceberg {

namespace {

Literal without_negative_zero(Literal literal) {
  if (auto* real = std::get_if<float>(&literal.value); real != nullptr && *real == 0.0F) *real = 0.0F;
  if (auto* real = std::get_if<double>(&literal.value); real != nullptr && *real == 0.0) *real = 0.0;
  return literal;
}

std::optional<Literal> decode(const Type& type, std::optional<std::string_view> bytes) {
  if (!bytes.has_value()) return std::nullopt;
  auto literal = literal_from_bytes(type, *bytes);
  if (!literal.has_value() || literal->is_nan()) return std::nullopt;
  return *std::move(literal);
}

bool is_below(const Literal& value, const std::optional<Literal>& lower) {
  if (!lower.has_value()) return false;
  const auto order = compare_values(value, *lower);
  return order.has_value() && *order < 0;
}

bool is_above(const Literal& value, const std::optional<Literal>& upper) {
  if (!upper.has_value()) return false;
  const auto order = compare_values(value, *upper);
  return order.has_value() && *order > 0;
}

// Whether a value beginning with `prefix` may lie within the bounds. A bound may itself be cut short.
bool prefix_may_match(std::string_view prefix, const ValueRange& range) {
  if (range.lower.has_value()) {
    const std::string_view lower = range.lower->as_bytes();
    if (lower.substr(0, prefix.size()) > prefix) return false;
  }
  if (range.upper.has_value()) {
    const std::string_view upper = range.upper->as_bytes();
    if (upper < prefix.substr(0, upper.size())) return false;
  }
  return true;
}

bool all_have_prefix(std::string_view prefix, const ValueRange& range) {
  return range.lower.has_value() && range.upper.has_value() && range.lower->as_bytes().starts_with(prefix) &&
         range.upper->as_bytes().starts_with(prefix);
}

}  // namespace

std::optional<std::strong_ordering> compare_values(const Literal& left, const Literal& right) {
  if (left.type.id() != right.type.id() || left.type.scale() != right.type.scale()) return std::nullopt;
  if (!is_floating_type(left.type)) return compare(left, right);
  return compare(without_negative_zero(left), without_negative_zero(right));
}

ValueRange decode_range(const Type& type, std::optional<std::string_view> lower,
                        std::optional<std::string_view> upper) {
  return {decode(type, lower), decode(type, upper)};
}

bool range_may_match(const Expression& predicate, const ValueRange& range) {
  const auto& literals = predicate.literals;
  switch (predicate.op) {
    case Op::kLess: {
      const auto order = range.lower ? compare_values(*range.lower, literals.front()) : std::nullopt;
      return !order.has_value() || *order < 0;
    }
    case Op::kLessEqual:
      return !is_below(literals.front(), range.lower);
    case Op::kGreater: {
      const auto order = range.upper ? compare_values(*range.upper, literals.front()) : std::nullopt;
      return !order.has_value() || *order > 0;
    }
    case Op::kGreaterEqual:
      return !is_above(literals.front(), range.upper);
    case Op::kEqual:
    case Op::kIn:
      return std::any_of(literals.begin(), literals.end(), [&](const Literal& literal) {
        return !is_below(literal, range.lower) && !is_above(literal, range.upper);
      });
    case Op::kStartsWith:
      return prefix_may_match(literals.front().as_bytes(), range);
    case Op::kNotStartsWith:
      return !all_have_prefix(literals.front().as_bytes(), range);
    default:
      return true;
  }
}

}  // namespace floe::iceberg
