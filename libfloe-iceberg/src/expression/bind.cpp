// Filter JSON (REST expressions) -> bound expressions.
#include "expression/expression.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

namespace floe::iceberg {

namespace {

constexpr int kDeepestFilter = 200;

const std::map<std::string_view, Op>& predicate_names() {
  // Java writes `not-eq`; the table format's own spelling is `noteq`.
  static const std::map<std::string_view, Op> kNames = {{"is-null", Op::kIsNull},
                                                        {"not-null", Op::kNotNull},
                                                        {"is-nan", Op::kIsNan},
                                                        {"not-nan", Op::kNotNan},
                                                        {"lt", Op::kLess},
                                                        {"lt-eq", Op::kLessEqual},
                                                        {"lteq", Op::kLessEqual},
                                                        {"gt", Op::kGreater},
                                                        {"gt-eq", Op::kGreaterEqual},
                                                        {"gteq", Op::kGreaterEqual},
                                                        {"eq", Op::kEqual},
                                                        {"not-eq", Op::kNotEqual},
                                                        {"noteq", Op::kNotEqual},
                                                        {"starts-with", Op::kStartsWith},
                                                        {"not-starts-with", Op::kNotStartsWith},
                                                        {"in", Op::kIn},
                                                        {"not-in", Op::kNotIn}};
  return kNames;
}

bool is_floating(const Type& type) { return type.id() == TypeId::kFloat || type.id() == TypeId::kDouble; }

class Binder {
 public:
  explicit Binder(const Schema& schema) : schema_(schema) {}

  Result<Expression> bind(const json::value& value, int depth) const {
    if (depth > kDeepestFilter) return fail(ErrorCode::kInvalidArgument, "the filter is nested too deeply");
    if (value.is_bool()) return value.get_bool() ? always_true() : always_false();
    if (!value.is_object()) return fail(ErrorCode::kInvalidArgument, "a filter is an object with `op`");
    const auto& object = value.get_object();
    // REST also spells the constants {"type": true} in some servers; `op` is what the specification has.
    const auto name = FLOE_TRY(require_string(object, "op"));
    if (name == "true") return always_true();
    if (name == "false") return always_false();
    if (name == "not") {
      auto child = FLOE_TRY(part(object, "child", depth));
      return negate(std::move(child));
    }
    if (name == "and" || name == "or") {
      auto left = FLOE_TRY(part(object, "left", depth));
      auto right = FLOE_TRY(part(object, "right", depth));
      return name == "and" ? both(std::move(left), std::move(right)) : either(std::move(left), std::move(right));
    }
    const auto found = predicate_names().find(name);
    if (found == predicate_names().end()) return failf(ErrorCode::kInvalidArgument, "unknown filter `op` `{}`", name);
    return bind_predicate(found->second, object);
  }

 private:
  Result<Expression> part(const json::object& object, std::string_view key, int depth) const {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return failf(ErrorCode::kInvalidArgument, "the filter lacks `{}`", key);
    return bind(*value, depth + 1);
  }

  Result<const Field*> column(const json::object& object) const {
    const auto* term = object.if_contains("term");
    if (term == nullptr || !term->is_string()) {
      return fail(ErrorCode::kUnsupported, "the `term` of a filter is the name of a column");
    }
    const auto name = to_view(term->get_string());
    const auto* field = schema_.find(name);
    if (field == nullptr) field = FLOE_TRY(schema_.find_ignore_case(name));
    if (field == nullptr) return failf(ErrorCode::kNotFound, "the filter names column `{}`, which is not there", name);
    const auto* place = schema_.place(field->id);
    if (field->type.is_nested() || (place != nullptr && place->inside_repeated)) {
      return failf(ErrorCode::kUnsupported, "column `{}` is nested; filters take plain columns", name);
    }
    return field;
  }

  Result<Expression> bind_predicate(Op op, const json::object& object) const {
    const auto* field = FLOE_TRY(column(object));
    switch (op) {
      case Op::kIsNull:
      case Op::kNotNull:
        return bind_null_test(op, *field);
      case Op::kIsNan:
      case Op::kNotNan:
        if (!is_floating(field->type)) return op == Op::kIsNan ? always_false() : always_true();
        return predicate(op, field->id, field->type);
      case Op::kIn:
      case Op::kNotIn:
        return bind_set(op, *field, object);
      default:
        return bind_comparison(op, *field, object);
    }
  }

  Result<Expression> bind_null_test(Op op, const Field& field) const {
    const auto* place = schema_.place(field.id);
    const bool never_null = field.required && (place == nullptr || place->parents_required);
    if (never_null) return op == Op::kIsNull ? always_false() : always_true();
    return predicate(op, field.id, field.type);
  }

  static Result<Expression> bind_comparison(Op op, const Field& field, const json::object& object) {
    const auto* value = object.if_contains("value");
    if (value == nullptr || value->is_null()) {
      return failf(ErrorCode::kInvalidArgument, "the comparison with column `{}` lacks a `value`", field.name);
    }
    const bool is_prefix = op == Op::kStartsWith || op == Op::kNotStartsWith;
    if (is_prefix && field.type.id() != TypeId::kString) {
      return failf(ErrorCode::kInvalidArgument, "`{}` needs a text column, `{}` is {}", op_name(op), field.name,
                   field.type.to_string());
    }
    if (auto folded = fold_out_of_range(op, field, *value)) return *std::move(folded);
    auto literal =
        FLOE_TRY(literal_from_json(field.type, *value).with_context(fmt::format("filter on `{}`", field.name)));
    if (!literal.is_nan()) return predicate(op, field.id, field.type, {std::move(literal)});
    if (op == Op::kEqual) return predicate(Op::kIsNan, field.id, field.type);
    if (op == Op::kNotEqual) return predicate(Op::kNotNan, field.id, field.type);
    return failf(ErrorCode::kInvalidArgument, "`{}` compares column `{}` with NaN; only eq and noteq do", op_name(op),
                 field.name);
  }

  // A number no int can reach decides the comparison by itself.
  static std::optional<Expression> fold_out_of_range(Op op, const Field& field, const json::value& value) {
    if (field.type.id() != TypeId::kInt || !value.is_int64()) return std::nullopt;
    const auto number = value.get_int64();
    const bool is_above = number > std::numeric_limits<std::int32_t>::max();
    if (!is_above && number >= std::numeric_limits<std::int32_t>::min()) return std::nullopt;
    const bool holds = op == Op::kNotEqual || (is_above ? op == Op::kLess || op == Op::kLessEqual
                                                        : op == Op::kGreater || op == Op::kGreaterEqual);
    return holds ? always_true() : always_false();
  }

  static Result<Expression> bind_set(Op op, const Field& field, const json::object& object) {
    const auto* values = get_array(object, "values");
    if (values == nullptr) {
      return failf(ErrorCode::kInvalidArgument, "`{}` on column `{}` lacks `values`", op_name(op), field.name);
    }
    std::vector<Literal> literals;
    for (const auto& value : *values) {
      if (fold_out_of_range(Op::kEqual, field, value).has_value()) continue;
      literals.push_back(
          FLOE_TRY(literal_from_json(field.type, value).with_context(fmt::format("filter on `{}`", field.name))));
      if (literals.back().is_nan()) {
        return failf(ErrorCode::kInvalidArgument, "`{}` on column `{}` holds NaN", op_name(op), field.name);
      }
    }
    std::sort(literals.begin(), literals.end(), [](const auto& a, const auto& b) { return compare(a, b) < 0; });
    literals.erase(std::unique(literals.begin(), literals.end()), literals.end());
    if (literals.empty()) return op == Op::kIn ? always_false() : always_true();
    if (literals.size() == 1) {
      return predicate(op == Op::kIn ? Op::kEqual : Op::kNotEqual, field.id, field.type, std::move(literals));
    }
    return predicate(op, field.id, field.type, std::move(literals));
  }

  const Schema& schema_;
};

}  // namespace

Result<Expression> bind_filter(const json::value& filter, const Schema& schema) {
  if (filter.is_null()) return always_true();
  return Binder(schema).bind(filter, 0);
}

Result<Expression> bind_filter_text(std::string_view filter_json, const Schema& schema) {
  if (filter_json.empty()) return always_true();
  const auto value = FLOE_TRY(parse_json(filter_json));
  return bind_filter(value, schema);
}

}  // namespace floe::iceberg
