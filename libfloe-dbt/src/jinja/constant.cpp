// Which expressions Jinja folds to constants when it compiles.
#include "jinja/filters.hpp"
#include "jinja/name_slots.hpp"
#include "jinja/walk.hpp"

namespace floe::dbt {

namespace {

// Whether an expression mentions names, calls or context filters anywhere.
bool mentions_context(Expr& expr) {
  return any_of_tree(expr, [](Expr& each) {
    if (each.kind == ExprKind::kFilter) {
      const FilterEntry* filter = static_cast<FilterExpr&>(each).filter;
      return filter == nullptr || filter->needs_context;
    }
    if (each.kind == ExprKind::kTest) return static_cast<TestExpr&>(each).test == nullptr;
    return each.kind == ExprKind::kName || each.kind == ExprKind::kCall;
  });
}

bool may_short_circuit(Expr& expr) {
  return any_of_tree(expr, [](Expr& each) {
    return each.kind == ExprKind::kAnd || each.kind == ExprKind::kOr || each.kind == ExprKind::kCondExpr ||
           each.kind == ExprKind::kCompare;
  });
}

bool has_safe_repr(const Value& value) {
  switch (value.kind()) {
    case Kind::kString:
      return value.string()->marker() == 0;
    case Kind::kUndefined:
    case Kind::kObject:
    case Kind::kBytes:
      return false;
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kSet: {
      for (const Value& item : to_vector(value)) {
        if (!has_safe_repr(item)) return false;
      }
      return true;
    }
    case Kind::kDict:
      for (std::size_t at = 0; const DictObject::Entry* entry = value.dict_object()->next(&at);) {
        if (!has_safe_repr(entry->key) || !has_safe_repr(entry->value)) return false;
      }
      return true;
    default:
      return true;
  }
}

class NoContext final : public Context {
 public:
  bool resolve(const StringObject& /*name*/, Value* /*out*/) override { throw NotConstant{}; }
};

}  // namespace

bool constant_value(const Expr& expr, bool native, Value* out) {
  if (expr.kind == ExprKind::kConst) {
    *out = static_cast<const ConstExpr&>(expr).value;
    return true;
  }
  // Only short-circuiting operators can be constant although they mention the context, and only the native
  // environment shows the difference.
  auto& tree = const_cast<Expr&>(expr);  // walking changes nothing
  if (mentions_context(tree) && !(native && may_short_circuit(tree))) return false;
  NoContext context;
  Machine machine(context);
  Frame frame{machine, nullptr, nullptr, nullptr, nullptr, nullptr, UndefinedPolicy::kDefault, native};
  try {
    *out = expr.eval(frame);
    return has_safe_repr(*out);
  } catch (const NotConstant&) {
    return false;
  } catch (const PythonException&) {
    return false;
  }
}

}  // namespace floe::dbt
