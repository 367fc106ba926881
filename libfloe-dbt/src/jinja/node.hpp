// Expr: the base of all expression nodes, and how their children are visited.
#pragma once

#include "jinja/frame.hpp"
#include "value/value.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace floe::dbt {

struct Expr;
struct Stmt;
using ExprPtr = std::unique_ptr<Expr>;
using StmtPtr = std::unique_ptr<Stmt>;
using Body = std::vector<StmtPtr>;

enum class ExprKind : std::uint8_t {
  kName,
  kConst,
  kTuple,
  kList,
  kDict,
  kCondExpr,
  kBinary,
  kNeg,
  kPos,
  kNot,
  kAnd,
  kOr,
  kCompare,
  kConcat,
  kGetattr,
  kGetitem,
  kSlice,
  kCall,
  kFilter,
  kTest,
  kNSRef,
};

// Calls back for each direct child, in Jinja's field order.
class ChildVisitor {
 public:
  virtual ~ChildVisitor() = default;
  virtual void visit(ExprPtr& child) = 0;
  virtual void visit(Body& body) = 0;
};

struct Expr {
  Expr(ExprKind node_kind, int at) : line(at), kind(node_kind) {}

  Expr(const Expr&) = delete;
  Expr& operator=(const Expr&) = delete;
  virtual ~Expr() = default;

  virtual Value eval(Frame& frame) const = 0;

  // The same without a copy where the value already lives somewhere; else it is put into `scratch`.
  virtual const Value& look(Frame& frame, Value& scratch) const {
    scratch = eval(frame);
    return scratch;
  }

  virtual void children(ChildVisitor& /*visitor*/) {}

  int line;
  std::uint16_t depth = 1;  // of the subtree, to bound recursion
  ExprKind kind;
};

}  // namespace floe::dbt
