// What a template says without being rendered: its calls.
#include "jinja/name_slots.hpp"

namespace floe::dbt {

namespace {

// `a.b.c` for names and attributes, empty for anything else.
std::string dotted_name(const Expr& expr) {
  if (expr.kind == ExprKind::kName) return static_cast<const NameExpr&>(expr).name.as_string();
  if (expr.kind != ExprKind::kGetattr) return {};
  const auto& member = static_cast<const GetattrExpr&>(expr);
  std::string owner = dotted_name(*member.object);
  return owner.empty() ? owner : owner + '.' + member.attr.as_string();
}

class CallCollector final : public ChildVisitor {
 public:
  explicit CallCollector(std::vector<CallFact>* calls) : calls_(calls) {}

  void visit(ExprPtr& child) override {
    if (!child) return;
    if (child->kind == ExprKind::kCall) record(static_cast<CallExpr&>(*child));
    child->children(*this);
  }

  void visit(Body& body) override {
    for (StmtPtr& statement : body) {
      if (statement->kind == StmtKind::kCallBlock) record(*static_cast<MacroStmt&>(*statement).target);
      statement->children(*this);
    }
  }

 private:
  static CallArgument argument(std::string name, const Expr& expr) {
    CallArgument result{std::move(name), std::nullopt};
    Value constant;
    if (constant_value(expr, false, &constant)) result.constant = constant;
    return result;
  }

  void record(const CallExpr& call) {
    CallFact fact;
    fact.name = dotted_name(*call.target);
    if (fact.name.empty()) return;
    fact.line = call.line;
    for (const ExprPtr& value : call.arguments.positional)
      fact.arguments.push_back(argument({}, *value));
    for (const auto& [name, value] : call.arguments.named) {
      fact.arguments.push_back(argument(name.as_string(), *value));
    }
    fact.has_unpacking = call.arguments.star != nullptr || call.arguments.double_star != nullptr;
    calls_->push_back(std::move(fact));
  }

  std::vector<CallFact>* calls_;
};

bool is_constant_call(const Expr& expr, const std::vector<CallFact>& calls, std::size_t* next) {
  if (expr.kind != ExprKind::kCall || *next >= calls.size()) return false;
  const CallFact& fact = calls[(*next)++];
  if (fact.has_unpacking || (fact.name != "ref" && fact.name != "source" && fact.name != "config")) return false;
  for (const CallArgument& argument : fact.arguments) {
    if (!argument.constant) return false;
  }
  return static_cast<const CallExpr&>(expr).target->kind == ExprKind::kName;
}

bool only_constant_calls(const Body& body, const std::vector<CallFact>& calls) {
  std::size_t next = 0;
  for (const StmtPtr& statement : body) {
    if (statement->kind != StmtKind::kOutput) return false;
    for (const OutputItem& item : static_cast<const OutputStmt&>(*statement).items) {
      if (item.expr && !is_constant_call(*item.expr, calls, &next)) return false;
    }
  }
  return true;
}

}  // namespace

TemplateFacts collect_facts(Body& body) {
  TemplateFacts facts;
  CallCollector collector(&facts.calls);
  collector.visit(body);
  facts.only_constant_calls = only_constant_calls(body, facts.calls);
  return facts;
}

}  // namespace floe::dbt
