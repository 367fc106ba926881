// Inclusive projection of row filters onto partition values.
#include "expression/expression.hpp"

#include "base/text/text.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace floe::iceberg {

namespace {

using transform::Kind;

bool is_time_transform(Kind kind) {
  return kind == Kind::kYear || kind == Kind::kMonth || kind == Kind::kDay || kind == Kind::kHour;
}

bool is_of_32_bits(const Type& type) { return type.id() == TypeId::kInt || type.id() == TypeId::kDate; }

std::int64_t lowest(const Type& type) {
  return is_of_32_bits(type) ? std::numeric_limits<std::int32_t>::min() : std::numeric_limits<std::int64_t>::min();
}

std::int64_t highest(const Type& type) {
  return is_of_32_bits(type) ? std::numeric_limits<std::int32_t>::max() : std::numeric_limits<std::int64_t>::max();
}

// The neighbour of an integer-like value: `x < 10` is `x <= 9`. Unchanged at the end of the range.
Literal step(const Literal& literal, int by) {
  Literal next = literal;
  if (auto* number = std::get_if<std::int64_t>(&next.value)) {
    if (*number != (by < 0 ? lowest(literal.type) : highest(literal.type))) *number += by;
  } else if (auto* decimal = std::get_if<Int128>(&next.value)) {
    *decimal += by;
  }
  return next;
}

class FieldProjection {
 public:
  FieldProjection(const PartitionField& field, std::int32_t position, const Expression& source)
      : field_(field), position_(position), source_(source) {}

  Expression project() const {
    switch (field_.transform.kind) {
      case Kind::kIdentity:
        return with(source_.op, source_.type, source_.literals);
      case Kind::kBucket:
        return project_bucket();
      case Kind::kTruncate:
        return project_truncated();
      case Kind::kYear:
      case Kind::kMonth:
      case Kind::kDay:
      case Kind::kHour:
        return project_ordered();
      case Kind::kVoid:
      case Kind::kUnknown:
        return always_true();
    }
    return always_true();
  }

 private:
  Expression with(Op op, Type type, std::vector<Literal> literals) const {
    return predicate(op, position_, std::move(type), std::move(literals));
  }

  std::optional<Literal> apply(const Literal& literal) const {
    auto result = apply_transform(field_.transform, literal);
    return result.has_value() ? *std::move(result) : std::nullopt;
  }

  Expression project_null_test() const {
    const auto type = transform_result_type(field_.transform, source_.type);
    return type.has_value() ? with(source_.op, *type, {}) : always_true();
  }

  // A predicate with the transformed literal; true when it has none.
  Expression transformed(Op op, const Literal& literal) const {
    auto value = apply(literal);
    if (!value.has_value()) return always_true();
    // Old writers rounded values before 1970 towards zero, so the tuple may be one higher.
    const bool is_exact_day = field_.transform.kind == Kind::kDay && literal.type.id() == TypeId::kDate;
    auto* number = std::get_if<std::int64_t>(&value->value);
    if (is_time_transform(field_.transform.kind) && !is_exact_day && number != nullptr && *number < 0) {
      if (op == Op::kLessEqual) ++*number;
      if (op == Op::kEqual) {
        Literal higher = *value;
        ++std::get<std::int64_t>(higher.value);
        return with(Op::kIn, value->type, {*value, std::move(higher)});
      }
    }
    const auto type = value->type;
    return with(op, type, {*std::move(value)});
  }

  Expression transformed_set() const {
    Expression any = always_false();
    for (const auto& literal : source_.literals)
      any = either(std::move(any), transformed(Op::kEqual, literal));
    return any;
  }

  Expression project_bucket() const {
    switch (source_.op) {
      case Op::kIsNull:
      case Op::kNotNull:
        return project_null_test();
      case Op::kEqual:
        return transformed(Op::kEqual, source_.literals.front());
      case Op::kIn:
        return transformed_set();
      default:
        return always_true();
    }
  }

  // Transforms that keep the order of integers, decimals, dates and times.
  Expression project_ordered() const {
    switch (source_.op) {
      case Op::kIsNull:
      case Op::kNotNull:
        return project_null_test();
      case Op::kLess:
        return transformed(Op::kLessEqual, step(source_.literals.front(), -1));
      case Op::kLessEqual:
        return transformed(Op::kLessEqual, source_.literals.front());
      case Op::kGreater:
        return transformed(Op::kGreaterEqual, step(source_.literals.front(), 1));
      case Op::kGreaterEqual:
        return transformed(Op::kGreaterEqual, source_.literals.front());
      case Op::kEqual:
        return transformed(Op::kEqual, source_.literals.front());
      case Op::kIn:
        return transformed_set();
      default:
        return always_true();
    }
  }

  Expression project_truncated() const {
    switch (source_.type.id()) {
      case TypeId::kString:
        return project_truncated_text();
      case TypeId::kInt:
      case TypeId::kLong:
        return project_wrapping();
      default:
        return project_ordered();
    }
  }

  // Truncation of the least integers wraps: they lie in a partition of the greatest ones.
  Expression project_wrapping() const {
    const Type& type = source_.type;
    switch (source_.op) {
      case Op::kLess:
      case Op::kLessEqual:
        return either(project_ordered(),
                      with(Op::kGreater, type, {Literal{type, highest(type) - field_.transform.parameter}}));
      case Op::kGreater:
      case Op::kGreaterEqual: {
        const bool wraps = source_.literals.front().as_long() < lowest(type) + field_.transform.parameter;
        return wraps ? always_true() : project_ordered();
      }
      default:
        return project_ordered();
    }
  }

  Expression project_truncated_text() const {
    switch (source_.op) {
      case Op::kLess:
      case Op::kLessEqual:
        return transformed(Op::kLessEqual, source_.literals.front());
      case Op::kGreater:
      case Op::kGreaterEqual:
        return transformed(Op::kGreaterEqual, source_.literals.front());
      case Op::kStartsWith:
        return transformed(Op::kStartsWith, source_.literals.front());
      case Op::kNotStartsWith: {
        const auto length = text::code_point_count(source_.literals.front().as_bytes());
        if (std::cmp_greater_equal(length, field_.transform.parameter)) return always_true();
        return with(Op::kNotStartsWith, source_.type, source_.literals);
      }
      default:
        return project_ordered();
    }
  }

  const PartitionField& field_;
  std::int32_t position_;
  const Expression& source_;
};

Expression project_predicate(const Expression& source, const PartitionSpec& spec) {
  Expression all = always_true();
  for (std::size_t i = 0; i < spec.fields.size(); ++i) {
    const auto& field = spec.fields[i];
    if (field.source_id != source.field || field.source_ids.size() > 1) continue;
    all = both(std::move(all), FieldProjection(field, static_cast<std::int32_t>(i), source).project());
  }
  return all;
}

}  // namespace

Expression project_inclusive(const Expression& filter, const PartitionSpec& spec) {
  switch (filter.op) {
    case Op::kTrue:
    case Op::kFalse:
      return filter;
    case Op::kAnd:
      return both(project_inclusive(filter.children[0], spec), project_inclusive(filter.children[1], spec));
    case Op::kOr:
      return either(project_inclusive(filter.children[0], spec), project_inclusive(filter.children[1], spec));
    default:
      return project_predicate(filter, spec);
  }
}

}  // namespace floe::iceberg
