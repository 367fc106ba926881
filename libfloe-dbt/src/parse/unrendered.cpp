#include "parse/unrendered.hpp"

#include "jinja/code.hpp"
#include "value/operations.hpp"

#include <array>

namespace floe::dbt {
namespace {

// Finds the first config(...) in Jinja's order of nodes: breadth first, as find_all walks.
class CallFinder final : public ChildVisitor {
 public:
  void visit(ExprPtr& child) override {
    if (child) expressions.push_back(child.get());
  }

  void visit(Body& body) override {
    for (StmtPtr& statement : body)
      statements.push_back(statement.get());
  }

  std::vector<Expr*> expressions;
  std::vector<Stmt*> statements;
};

const CallExpr* as_config_call(const Expr& expr) {
  if (expr.kind != ExprKind::kCall) return nullptr;
  const auto& call = static_cast<const CallExpr&>(expr);
  if (call.target == nullptr || call.target->kind != ExprKind::kName) return nullptr;
  return static_cast<const NameExpr&>(*call.target).name.as_string() == "config" ? &call : nullptr;
}

// Depth first, as jinja2's find_all does.
const CallExpr* find_in(const CallFinder& children);

const CallExpr* find_in(Expr& expr) {
  if (const CallExpr* call = as_config_call(expr)) return call;
  CallFinder finder;
  expr.children(finder);
  return find_in(finder);
}

const CallExpr* find_in(Stmt& statement) {
  CallFinder finder;
  statement.children(finder);
  return find_in(finder);
}

const CallExpr* find_in(const CallFinder& children) {
  for (Expr* expr : children.expressions) {
    if (const CallExpr* call = find_in(*expr)) return call;
  }
  for (Stmt* statement : children.statements) {
    if (const CallExpr* call = find_in(*statement)) return call;
  }
  return nullptr;
}

std::string source_of(const Expr& expr);

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

std::string sequence_source(const SequenceExpr& sequence) {
  std::vector<std::string> parts;
  parts.reserve(sequence.items.size());
  for (const ExprPtr& item : sequence.items)
    parts.push_back(source_of(*item));
  if (sequence.kind == ExprKind::kList) return "[" + join(parts, ", ") + "]";
  return parts.size() == 1 ? "(" + parts[0] + ",)" : "(" + join(parts, ", ") + ")";
}

std::string call_source(const CallExpr& call) {
  std::vector<std::string> parts;
  parts.reserve(call.arguments.positional.size() + call.arguments.named.size());
  for (const ExprPtr& item : call.arguments.positional)
    parts.push_back(source_of(*item));
  for (const auto& [name, value] : call.arguments.named)
    parts.push_back(name.as_string() + "=" + source_of(*value));
  if (call.arguments.star) parts.push_back("*" + source_of(*call.arguments.star));
  if (call.arguments.double_star) parts.push_back("**" + source_of(*call.arguments.double_star));
  return source_of(*call.target) + "(" + join(parts, ", ") + ")";
}

std::string compare_source(const CompareExpr& compare) {
  static constexpr std::array<std::string_view, 8> kSymbols = {"==", "!=", "<", "<=", ">", ">=", "in", "not in"};
  std::string text = source_of(*compare.first);
  for (const auto& [op, right] : compare.rest) {
    text += " " + std::string(kSymbols[static_cast<std::size_t>(op)]) + " " + source_of(*right);
  }
  return text;
}

std::string source_of(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kConst:
      return to_repr(static_cast<const ConstExpr&>(expr).value);
    case ExprKind::kName:
      return static_cast<const NameExpr&>(expr).name.as_string();
    case ExprKind::kTuple:
    case ExprKind::kList:
      return sequence_source(static_cast<const SequenceExpr&>(expr));
    case ExprKind::kDict: {
      const auto& items = static_cast<const DictExpr&>(expr).items;
      std::vector<std::string> parts;
      parts.reserve(items.size());
      for (const auto& [key, value] : items) {
        parts.push_back(source_of(*key) + ": " + source_of(*value));
      }
      return "{" + join(parts, ", ") + "}";
    }
    case ExprKind::kCall:
      return call_source(static_cast<const CallExpr&>(expr));
    case ExprKind::kGetattr: {
      const auto& get = static_cast<const GetattrExpr&>(expr);
      return source_of(*get.object) + "." + get.attr.as_string();
    }
    case ExprKind::kGetitem: {
      const auto& get = static_cast<const GetitemExpr&>(expr);
      return source_of(*get.object) + "[" + source_of(*get.key) + "]";
    }
    case ExprKind::kConcat: {
      const auto& items = static_cast<const ConcatExpr&>(expr).items;
      std::vector<std::string> parts;
      parts.reserve(items.size());
      for (const ExprPtr& item : items)
        parts.push_back(source_of(*item));
      return join(parts, " ~ ");
    }
    case ExprKind::kCompare:
      return compare_source(static_cast<const CompareExpr&>(expr));
    case ExprKind::kNot:
      return "not " + source_of(*static_cast<const UnaryExpr&>(expr).operand);
    case ExprKind::kNeg:
      return "-" + source_of(*static_cast<const UnaryExpr&>(expr).operand);
    case ExprKind::kAnd:
    case ExprKind::kOr: {
      const auto& logic = static_cast<const LogicExpr&>(expr);
      return source_of(*logic.left) + (expr.kind == ExprKind::kAnd ? " and " : " or ") + source_of(*logic.right);
    }
    default:
      return "<expression>";
  }
}

bool is_static_value(const Value& value) {
  if (value.is_string()) return true;
  if (value.is_list()) {
    for (const Value& item : value.list_object()->items) {
      if (!is_static_value(item)) return false;
    }
    return true;
  }
  if (value.is_dict()) {
    for (std::size_t i = 0; const DictObject::Entry* entry = value.dict_object()->next(&i);) {
      if (!entry->key.is_string() || !is_static_value(entry->value)) return false;
    }
    return true;
  }
  return false;
}

}  // namespace

Value unrendered_config_call(const Template& tpl) {
  if (tpl.source().find("config(") == std::string::npos) return {};
  CallFinder root;
  for (const StmtPtr& statement : tpl.code().body)
    root.statements.push_back(statement.get());
  const CallExpr* call = find_in(root);
  if (call == nullptr) return {};
  Value written = Value::dict();
  for (const auto& [name, value] : call->arguments.named) {
    const bool is_text = value->kind == ExprKind::kConst && static_cast<const ConstExpr&>(*value).value.is_string();
    written.dict_object()->set(name, is_text ? static_cast<const ConstExpr&>(*value).value : Value(source_of(*value)));
  }
  return written;
}

bool is_statically_extracted(const Template& tpl) {
  const TemplateFacts& facts = tpl.facts();
  if (!facts.only_constant_calls) return false;
  const std::string& source = tpl.source();
  if (source.find("{{-") != std::string::npos || source.find("-}}") != std::string::npos ||
      source.find("{%") != std::string::npos) {
    return false;
  }
  for (const CallFact& call : facts.calls) {
    const bool is_config = call.name == "config";
    for (const CallArgument& argument : call.arguments) {
      if (!argument.constant) return false;
      if (is_config && (argument.name.empty() || argument.name == "pre_hook" || argument.name == "post_hook"))
        return false;
      if (is_config ? !is_static_value(*argument.constant)
                    : !argument.name.empty() || !argument.constant->is_string()) {
        return false;
      }
    }
    if (is_config && call.arguments.empty()) return false;
  }
  return true;
}

}  // namespace floe::dbt
