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
