#include "expression/expression.hpp"

#include "base/fail.hpp"

#include <array>
#include <utility>

namespace floe::iceberg {

namespace {

constexpr std::array<std::string_view, 18> kNames = {
    "true", "false", "and",  "or", "is-null", "not-null",    "is-nan",          "not-nan", "lt",
    "lteq", "gt",    "gteq", "eq", "not-eq",  "starts-with", "not-starts-with", "in",      "not-in"};

Op opposite(Op op) {
  switch (op) {
    case Op::kTrue:
      return Op::kFalse;
    case Op::kFalse:
      return Op::kTrue;
    case Op::kAnd:
      return Op::kOr;
    case Op::kOr:
      return Op::kAnd;
    case Op::kIsNull:
      return Op::kNotNull;
    case Op::kNotNull:
      return Op::kIsNull;
    case Op::kIsNan:
      return Op::kNotNan;
    case Op::kNotNan:
      return Op::kIsNan;
    case Op::kLess:
      return Op::kGreaterEqual;
    case Op::kLessEqual:
      return Op::kGreater;
    case Op::kGreater:
      return Op::kLessEqual;
    case Op::kGreaterEqual:
      return Op::kLess;
    case Op::kEqual:
      return Op::kNotEqual;
    case Op::kNotEqual:
      return Op::kEqual;
    case Op::kStartsWith:
      return Op::kNotStartsWith;
    case Op::kNotStartsWith:
      return Op::kStartsWith;
    case Op::kIn:
      return Op::kNotIn;
    case Op::kNotIn:
      return Op::kIn;
  }
  return op;
}

}  // namespace

std::string_view op_name(Op op) { return kNames.at(static_cast<std::size_t>(op)); }

std::string Expression::to_string() const {
  if (op == Op::kTrue || op == Op::kFalse) return std::string(op_name(op));
  if (op == Op::kAnd || op == Op::kOr) {
    return fmt::format("({} {} {})", children.at(0).to_string(), op_name(op), children.at(1).to_string());
  }
  std::string text = fmt::format("{} {}", field, op_name(op));
  for (const auto& literal : literals)
    text += ' ' + literal_to_text(literal);
  return text;
}

Expression always_true() { return {}; }

Expression always_false() {
  Expression expression;
  expression.op = Op::kFalse;
  return expression;
}

Expression both(Expression left, Expression right) {
  if (left.is_false() || right.is_false()) return always_false();
  if (left.is_true()) return right;
  if (right.is_true()) return left;
  Expression expression;
  expression.op = Op::kAnd;
  expression.children.push_back(std::move(left));
  expression.children.push_back(std::move(right));
  return expression;
}

Expression either(Expression left, Expression right) {
  if (left.is_true() || right.is_true()) return always_true();
  if (left.is_false()) return right;
  if (right.is_false()) return left;
  Expression expression;
  expression.op = Op::kOr;
  expression.children.push_back(std::move(left));
  expression.children.push_back(std::move(right));
  return expression;
}

Expression predicate(Op op, std::int32_t field, Type type, std::vector<Literal> literals) {
  Expression expression;
  expression.op = op;
  expression.field = field;
  expression.type = std::move(type);
  expression.literals = std::move(literals);
  return expression;
}

Expression negate(Expression expression) {
  expression.op = opposite(expression.op);
  for (auto& child : expression.children)
    child = negate(std::move(child));
  return expression;
}

}  // namespace floe::iceberg
