// Walks over the expressions of a tree. For parsing time only.
#pragma once

#include "jinja/code.hpp"

#include <utility>

namespace floe::dbt {

// Calls f(Expr&) for every expression below, statements included.
template <class F>
class Walker final : public ChildVisitor {
 public:
  explicit Walker(F function) : function_(std::move(function)) {}

  void visit(ExprPtr& child) override {
    if (!child) return;
    function_(*child);
    child->children(*this);
  }

  void visit(Body& body) override {
    for (StmtPtr& statement : body)
      statement->children(*this);
  }

 private:
  F function_;
};

// Sets Stmt::cost and ForStmt::test_cost of all statements.
class CostCounter final : public ChildVisitor {
 public:
  void visit(ExprPtr& child) override {
    if (!child) return;
    ++cost_;
    child->children(*this);
  }

  void visit(Body& body) override {
    for (StmtPtr& statement : body) {
      const std::uint32_t outer = std::exchange(cost_, 1);
      statement->children(*this);
      statement->cost = std::exchange(cost_, outer);
      if (statement->kind == StmtKind::kFor) count_test(static_cast<ForStmt&>(*statement));
    }
  }

 private:
  void count_test(ForStmt& loop) {
    const std::uint32_t outer = std::exchange(cost_, 1);
    visit(loop.test);
    loop.test_cost = std::exchange(cost_, outer);
  }

  std::uint32_t cost_ = 0;
};

inline void count_costs(Body& body) { CostCounter().visit(body); }

template <class F>
void walk(Body& body, F function) {
  Walker<F> walker(std::move(function));
  walker.visit(body);
}

template <class F>
void walk(Stmt& statement, F function) {
  Walker<F> walker(std::move(function));
  statement.children(walker);
}

template <class Test>
bool any_of_tree(Expr& expr, Test test) {
  bool found = false;
  auto check = [&](Expr& each) { found = found || test(each); };
  check(expr);
  Walker<decltype(check)> walker(check);
  expr.children(walker);
  return found;
}

}  // namespace floe::dbt
