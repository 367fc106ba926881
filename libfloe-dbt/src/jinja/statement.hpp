// Statements of a template, and the scopes they open.
#pragma once

#include "jinja/expression.hpp"
#include "jinja/template.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace floe::dbt {

enum class Status : std::uint8_t { kNext, kBreak, kContinue, kReturn };
enum class StmtKind : std::uint8_t {
  kOutput,
  kFor,
  kIf,
  kMacro,
  kCallBlock,
  kFilterBlock,
  kWith,
  kAssign,
  kAssignBlock,
  kDo,
  kBreak,
  kContinue,
  kScope,
};

struct Stmt {
  Stmt(StmtKind node_kind, int at) : line(at), kind(node_kind) {}

  Stmt(const Stmt&) = delete;
  Stmt& operator=(const Stmt&) = delete;
  virtual ~Stmt() = default;
  virtual Status run(Frame& frame) const = 0;

  virtual void children(ChildVisitor& /*visitor*/) {}

  int line;
  StmtKind kind;
  std::uint32_t cost = 1;  // steps of one run without the statements inside: one, and one for each expression
};

Status run_body(const Body& body, Frame& frame);

// What happens to slots when a scope is entered: jinja's enter_frame.
struct ScopeEntry {
  struct Alias {
    std::uint32_t slot;
    SlotRef from;
  };

  std::vector<std::uint32_t> unresolved;  // looked up on first use
  std::vector<std::uint32_t> missing;
  std::vector<Alias> aliases;
  std::vector<std::uint32_t> all;  // cleared at the end

  void enter(Frame& frame) const;
  void leave(Frame& frame) const;
};

struct OutputItem {
  std::string text;  // when there is no expression
  ExprPtr expr;
};

struct OutputStmt final : Stmt {
  explicit OutputStmt(int at) : Stmt(StmtKind::kOutput, at) {}

  Status run(Frame& frame) const override;

  void children(ChildVisitor& visitor) override {
    for (OutputItem& item : items) {
      if (item.expr) visitor.visit(item.expr);
    }
  }

  std::vector<OutputItem> items;
};

struct IfStmt final : Stmt {
  explicit IfStmt(int at) : Stmt(StmtKind::kIf, at) {}

  Status run(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;

  struct Branch {
    ExprPtr test;
    Body body;
  };

  std::vector<Branch> branches;  // if, elif ...
  Body otherwise;
};

// A function body with its own slots.
struct Function {
  std::uint32_t slot_count = 0;
  bool uses_enclosing = false;  // reads slots of functions outside
  ScopeEntry entry;
};

struct ForStmt final : Stmt {
  explicit ForStmt(int at) : Stmt(StmtKind::kFor, at) {}

  Status run(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  Status loop(Frame& frame, const Value& items, int depth) const;
  // One level of a recursive loop: its text.
  Value recurse(const Frame& outer, const Value& items, int depth) const;

  ExprPtr target;
  ExprPtr iterable;
  ExprPtr test;
  ExprPtr test_target;  // the target once more, in the scope of the test
  std::uint32_t test_cost = 1;
  Body body;
  Body otherwise;
  bool recursive = false;
  bool extended = false;  // has a loop object
  std::uint32_t loop_slot = 0;
  ScopeEntry body_scope;
  ScopeEntry test_scope;
  ScopeEntry else_scope;
  Function function;  // recursive only
};

struct MacroSignature {
  std::vector<std::unique_ptr<NameExpr>> parameters;
  std::vector<std::string> types;
  std::vector<ExprPtr> defaults;  // of the last parameters
};

struct MacroStmt final : Stmt {  // macro and call block

  MacroStmt(StmtKind node_kind, int at) : Stmt(node_kind, at) {}

  Status run(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  // Binds arguments as jinja2.runtime.Macro does and runs the body.
  Value call(const TemplateCode& code, Activation* closure, Context& context, Arguments& arguments, bool keep_return,
             bool* returned) const;

  Value name;  // none for call blocks
  MacroForm form = MacroForm::kMacro;
  std::string plain_name;
  std::string adapter;
  MacroSignature signature;
  Body body;
  std::unique_ptr<CallExpr> target;       // call block only
  std::unique_ptr<NameExpr> name_target;  // where the macro is stored
  bool accesses_caller = false;
  bool accesses_kwargs = false;
  bool accesses_varargs = false;
  bool explicit_caller = false;
  std::uint32_t caller_slot = 0;
  std::uint32_t kwargs_slot = 0;
  std::uint32_t varargs_slot = 0;
  Function function;

 private:
  void bind(Activation& activation, const Arguments& arguments, UndefinedPolicy policy) const;
  void bind_rest(Activation& activation, const Arguments& arguments, std::vector<bool>& used) const;
  void fill_defaults(Frame& frame) const;
};

struct FilterBlockStmt final : Stmt {
  explicit FilterBlockStmt(int at) : Stmt(StmtKind::kFilterBlock, at) {}

  Status run(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  Body body;
  ExprPtr filter;
  ScopeEntry scope;
};

struct WithStmt final : Stmt {
  explicit WithStmt(int at) : Stmt(StmtKind::kWith, at) {}

  Status run(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  std::vector<std::pair<ExprPtr, ExprPtr>> assignments;
  Body body;
  ScopeEntry scope;
};

struct AssignStmt final : Stmt {
  explicit AssignStmt(int at) : Stmt(StmtKind::kAssign, at) {}

  Status run(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  ExprPtr target;
  ExprPtr value;
};

struct AssignBlockStmt final : Stmt {
  explicit AssignBlockStmt(int at) : Stmt(StmtKind::kAssignBlock, at) {}

  Status run(Frame& frame) const override;
  void children(ChildVisitor& visitor) override;
  ExprPtr target;
  ExprPtr filter;  // may be null
  Body body;
  ScopeEntry scope;
};

struct DoStmt final : Stmt {
  explicit DoStmt(int at) : Stmt(StmtKind::kDo, at) {}

  Status run(Frame& frame) const override;

  void children(ChildVisitor& visitor) override { visitor.visit(value); }

  ExprPtr value;
};

struct JumpStmt final : Stmt {  // break, continue
  using Stmt::Stmt;

  Status run(Frame& /*frame*/) const override { return kind == StmtKind::kBreak ? Status::kBreak : Status::kContinue; }
};

struct ScopeStmt final : Stmt {  // autoescape

  explicit ScopeStmt(int at) : Stmt(StmtKind::kScope, at) {}

  Status run(Frame& frame) const override;

  void children(ChildVisitor& visitor) override {
    if (option) visitor.visit(option);
    visitor.visit(body);
  }

  ExprPtr option;
  Body body;
  ScopeEntry scope;
};

// Puts a value where a target says: a name, a tuple of targets, or an attribute of a namespace.
void assign(const Expr& target, const Value& value, Frame& frame);
void check_namespaces(const Expr& target, Frame& frame);
// The text a body writes.
Status capture(const Body& body, Frame& frame, std::string* text);

// Output that Jinja does not pass through str(): what filter and call blocks give.
void write_unconverted(Frame& frame, const Value& value);

// `{{ return(x) }}` and `{% do return(x) %}` without an exception: true when it was one and the value is stored.
bool run_return(const Expr& expr, Frame& frame);

}  // namespace floe::dbt
