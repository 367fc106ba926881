// Filters bound to a schema. `not` is pushed down while binding, so evaluators see positive forms only.
#pragma once

#include "schema/literal.hpp"
#include "schema/partition_spec.hpp"
#include "schema/schema.hpp"

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

enum class Op : std::uint8_t {
  kTrue,
  kFalse,
  kAnd,
  kOr,
  kIsNull,
  kNotNull,
  kIsNan,
  kNotNan,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kEqual,
  kNotEqual,
  kStartsWith,
  kNotStartsWith,
  kIn,
  kNotIn,
};

std::string_view op_name(Op op);  // the REST spelling

struct Expression {
  Op op = Op::kTrue;
  std::vector<Expression> children;  // and, or
  // Predicates: the column's field id; in a projected expression the position of the partition field.
  std::int32_t field = 0;
  Type type;
  std::vector<Literal> literals;  // one, or the set of in and not-in (ascending, without duplicates)

  [[nodiscard]] bool is_true() const { return op == Op::kTrue; }

  [[nodiscard]] bool is_false() const { return op == Op::kFalse; }

  [[nodiscard]] std::string to_string() const;  // `(1 > 5 and 2 is-null)`
};

Expression always_true();
Expression always_false();
Expression both(Expression left, Expression right);  // folds true and false
Expression either(Expression left, Expression right);
Expression predicate(Op op, std::int32_t field, Type type, std::vector<Literal> literals = {});
Expression negate(Expression expression);

// A REST expression over the columns of `schema` (names: exact first, then ignoring case). JSON null: true.
Result<Expression> bind_filter(const boost::json::value& filter, const Schema& schema);
Result<Expression> bind_filter_text(std::string_view filter_json, const Schema& schema);

// What every partition tuple holding a matching row satisfies. Fields of the result are positions in spec.fields.
Expression project_inclusive(const Expression& filter, const PartitionSpec& spec);

}  // namespace floe::iceberg
