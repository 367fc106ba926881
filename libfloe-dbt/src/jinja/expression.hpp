// Expressions: nodes that the parser builds and that evaluate themselves. The resolver (resolve.hpp) fills in the slots
// of names afterwards, and nothing changes them while they run.
#pragma once

#include "jinja/arguments.hpp"
#include "jinja/frame.hpp"
#include "jinja/node.hpp"
#include "value/methods.hpp"
#include "value/operations.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

// Where a name lives.
struct SlotRef {
  std::uint32_t slot = 0;
  std::uint32_t hops = 0;  // functions outward
};

enum class NameUse : std::uint8_t { kLoad, kStore, kParam };

struct NameExpr final : Expr {
  NameExpr(const Value& text, int at) : Expr(ExprKind::kName, at), name(text) {}

  Value eval(Frame& frame) const override;
  const Value& look(Frame& frame, Value& scratch) const override;

  [[nodiscard]] Value& slot(Frame& frame) const { return frame.enclosing(where.hops)->slots[where.slot]; }

  Value name;  // interned
  NameUse use = NameUse::kLoad;
  SlotRef where;
};

struct ConstExpr final : Expr {
  ConstExpr(Value constant, int at) : Expr(ExprKind::kConst, at), value(std::move(constant)) {}

  Value eval(Frame& /*frame*/) const override { return value; }

  const Value& look(Frame& /*frame*/, Value& /*scratch*/) const override { return value; }

  Value value;  // immutable kinds only
};

// `set ns.attr = ...`
struct NSRefExpr final : Expr {
  NSRefExpr(std::unique_ptr<NameExpr> holder, const Value& attribute, int at)
      : Expr(ExprKind::kNSRef, at), name(std::move(holder)), attr(attribute) {}

  Value eval(Frame& frame) const override;
  std::unique_ptr<NameExpr> name;
  Value attr;
};

struct SequenceExpr final : Expr {  // tuple or list
  using Expr::Expr;
  Value eval(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  std::vector<ExprPtr> items;
};

struct DictExpr final : Expr {
  explicit DictExpr(int at) : Expr(ExprKind::kDict, at) {}

  Value eval(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  std::vector<std::pair<ExprPtr, ExprPtr>> items;
};

struct CondExpr final : Expr {
  explicit CondExpr(int at) : Expr(ExprKind::kCondExpr, at) {}

  Value eval(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  ExprPtr test;
  ExprPtr then;
  ExprPtr otherwise;  // may be null
};

struct BinaryExpr final : Expr {
  explicit BinaryExpr(int at) : Expr(ExprKind::kBinary, at) {}

  Value eval(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  BinaryOperator op = BinaryOperator::kAdd;
  ExprPtr left;
  ExprPtr right;
};

struct UnaryExpr final : Expr {  // kNeg, kPos, kNot
  using Expr::Expr;
  Value eval(Frame& frame) const override;

  void children(ChildVisitor& visitor) override { visitor.visit(operand); }

  ExprPtr operand;
};

struct LogicExpr final : Expr {  // kAnd, kOr
  using Expr::Expr;
  Value eval(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  ExprPtr left;
  ExprPtr right;
};

enum class CompareOp : std::uint8_t { kEq, kNe, kLt, kLtEq, kGt, kGtEq, kIn, kNotIn };

struct CompareExpr final : Expr {
  explicit CompareExpr(int at) : Expr(ExprKind::kCompare, at) {}

  Value eval(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  ExprPtr first;
  std::vector<std::pair<CompareOp, ExprPtr>> rest;
};

struct ConcatExpr final : Expr {
  explicit ConcatExpr(int at) : Expr(ExprKind::kConcat, at) {}

  Value eval(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  std::vector<ExprPtr> items;
};

struct GetattrExpr final : Expr {
  GetattrExpr(ExprPtr target, const Value& attribute, int at)
      : Expr(ExprKind::kGetattr, at),
        object(std::move(target)),
        attr(attribute),
        methods(find_methods(attribute.as_string())) {}

  Value eval(Frame& frame) const override;

  void children(ChildVisitor& visitor) override { visitor.visit(object); }

  ExprPtr object;
  Value attr;  // interned
  MethodSet methods;
};

struct GetitemExpr final : Expr {
  explicit GetitemExpr(int at) : Expr(ExprKind::kGetitem, at) {}

  Value eval(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  ExprPtr object;
  ExprPtr key;
};

struct SliceExpr final : Expr {  // inside [ ] only; eval gives the sliced object when `object` is set

  explicit SliceExpr(int at) : Expr(ExprKind::kSlice, at) {}

  Value eval(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  ExprPtr object;  // null inside a tuple of subscripts
  ExprPtr start;
  ExprPtr stop;
  ExprPtr step;
};

struct CallExpr final : Expr {
  explicit CallExpr(int at) : Expr(ExprKind::kCall, at) {}

  Value eval(Frame& frame) const override { return invoke(frame, nullptr); }

  Value invoke(Frame& frame, const Value* caller) const;

  void children(ChildVisitor& visitor) override {
    visitor.visit(target);
    arguments.children(visitor);
  }

  ExprPtr target;
  CallArguments arguments;
};

struct FilterEntry;
struct TestEntry;

struct FilterExpr final : Expr {
  explicit FilterExpr(int at) : Expr(ExprKind::kFilter, at) {}

  Value eval(Frame& frame) const override;
  Value apply(Frame& frame, const Value& subject) const;

  void children(ChildVisitor& visitor) override {
    if (subject) visitor.visit(subject);
    arguments.children(visitor);
  }

  ExprPtr subject;  // null in filter and set blocks
  std::string name;
  const FilterEntry* filter = nullptr;  // null: no such filter, an error when it runs
  CallArguments arguments;
};

struct TestExpr final : Expr {
  explicit TestExpr(int at) : Expr(ExprKind::kTest, at) {}

  Value eval(Frame& frame) const override;

  void children(ChildVisitor& visitor) override {
    visitor.visit(subject);
    arguments.children(visitor);
  }

  ExprPtr subject;
  std::string name;
  const TestEntry* test = nullptr;
  CallArguments arguments;
};

}  // namespace floe::dbt
