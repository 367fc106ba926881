#include "expression/may_match.hpp"

#include "expression/bound_compare.hpp"

#include <algorithm>

namespace floe::iceberg {

namespace {

// Engines sort NaN above everything (PostgreSQL, DuckDB), so a NaN is greater than any literal.
bool accepts_nan(Op op) {
  return op == Op::kGreater || op == Op::kGreaterEqual || op == Op::kNotEqual || op == Op::kNotIn;
}

template <class Predicate>
bool evaluate(const Expression& expression, const Predicate& may_match) {
  switch (expression.op) {
    case Op::kTrue:
      return true;
    case Op::kFalse:
      return false;
    case Op::kAnd:
      return evaluate(expression.children[0], may_match) && evaluate(expression.children[1], may_match);
    case Op::kOr:
      return evaluate(expression.children[0], may_match) || evaluate(expression.children[1], may_match);
    default:
      return may_match(expression);
  }
}

std::optional<std::string_view> view_of(const std::optional<std::string>& bytes) {
  if (!bytes.has_value()) return std::nullopt;
  return std::string_view(*bytes);
}

bool summary_may_match(const Expression& test, const PartitionFieldSummary& summary) {
  const bool has_values = summary.lower_bound.has_value() || summary.upper_bound.has_value();
  const bool may_hold_nan = is_floating_type(test.type) && summary.contains_nan.value_or(true);
  switch (test.op) {
    case Op::kIsNull:
      return summary.contains_null;
    case Op::kNotNull:
      return has_values || may_hold_nan || !summary.contains_null;
    case Op::kIsNan:
      return may_hold_nan;
    case Op::kNotNan:
      return has_values || summary.contains_null || summary.contains_nan != true;
    case Op::kNotEqual:
    case Op::kNotIn:
      return true;
    case Op::kNotStartsWith:
      if (summary.contains_null) return true;
      break;
    default:
      break;
  }
  if (may_hold_nan && accepts_nan(test.op)) return true;
  if (!has_values) return !summary.contains_null && !may_hold_nan;  // all null (or NaN): no comparison holds
  return range_may_match(test, decode_range(test.type, view_of(summary.lower_bound), view_of(summary.upper_bound)));
}

bool is_certainly_in(const Expression& test, const Literal& value) {
  return std::any_of(test.literals.begin(), test.literals.end(), [&](const Literal& literal) {
    return compare_values(value, literal) == std::strong_ordering::equal;
  });
}

bool value_may_match(const Expression& test, const std::optional<Literal>& value) {
  if (test.op == Op::kIsNull) return !value.has_value();
  if (test.op == Op::kNotNull) return value.has_value();
  if (!value.has_value()) {
    // Whether NULL <> x counts is the engine's business.
    return test.op == Op::kNotEqual || test.op == Op::kNotIn || test.op == Op::kNotStartsWith || test.op == Op::kNotNan;
  }
  if (value->is_nan()) return test.op == Op::kIsNan || accepts_nan(test.op);
  switch (test.op) {
    case Op::kIsNan:
      return false;
    case Op::kNotNan:
      return true;
    // A partition value stands for itself only under identity, and projections give these for nothing else.
    case Op::kNotEqual:
    case Op::kNotIn:
      return !is_certainly_in(test, *value);
    default:
      return range_may_match(test, {value, value});
  }
}

// Everything a data file's metrics say of one column.
class FileTest {
 public:
  explicit FileTest(const DataFile& file) : file_(file) {}

  bool operator()(const Expression& test) const {
    const auto values = file_.value_counts.find(test.field);
    const auto nulls = file_.null_value_counts.find(test.field);
    const auto nans = file_.nan_value_counts.find(test.field);
    const bool is_floating = is_floating_type(test.type);
    const bool all_null = values.has_value() && nulls.has_value() && *values == *nulls;
    const bool all_nan = is_floating && values.has_value() && nans.has_value() && *values == *nans;
    switch (test.op) {
      case Op::kIsNull:
        return !nulls.has_value() || *nulls > 0;
      case Op::kNotNull:
        return !all_null;
      case Op::kIsNan:
        return !all_null && (!nans.has_value() || *nans > 0);
      case Op::kNotNan:
        return !all_nan;
      case Op::kNotEqual:
      case Op::kNotIn:
        return true;
      case Op::kNotStartsWith:
        if (!nulls.has_value() || *nulls > 0) return true;
        break;
      default:
        break;
    }
    if (all_null) return false;
    const bool may_hold_nan = is_floating && (!nans.has_value() || *nans > 0);
    if (may_hold_nan && accepts_nan(test.op)) return true;
    if (all_nan) return false;
    return range_may_match(
        test, decode_range(test.type, file_.lower_bounds.find(test.field), file_.upper_bounds.find(test.field)));
  }

 private:
  const DataFile& file_;
};

}  // namespace

bool manifest_may_match(const Expression& projected, const ManifestFile& manifest) {
  if (!manifest.partitions.has_value()) return !projected.is_false();
  return evaluate(projected, [&](const Expression& test) {
    const auto position = static_cast<std::size_t>(test.field);
    return position >= manifest.partitions->size() || summary_may_match(test, (*manifest.partitions)[position]);
  });
}

bool partition_may_match(const Expression& projected, const PartitionTuple& tuple) {
  return evaluate(projected, [&](const Expression& test) {
    const auto position = static_cast<std::size_t>(test.field);
    return position >= tuple.size() || value_may_match(test, tuple[position]);
  });
}

bool file_may_match(const Expression& filter, const DataFile& file) {
  if (filter.is_true()) return true;
  if (file.record_count == 0) return false;
  return evaluate(filter, FileTest(file));
}

}  // namespace floe::iceberg
