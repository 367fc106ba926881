#include "jinja/name_slots.hpp"

#include "jinja/filters.hpp"
#include "jinja/lexer.hpp"
#include "jinja/scope.hpp"
#include "jinja/walk.hpp"

#include <fmt/format.h>

namespace floe::dbt {

void Scope::finish(ScopeEntry* entry) {
  for (Symbol& symbol : symbols) {
    if (symbol.load == Load::kResolve && !is_stored(symbol.name)) {
      symbol.slot = function_->context_slot(symbol.name);
      continue;
    }
    symbol.slot = function_->new_slot();
    switch (symbol.load) {
      case Load::kParameter:
        break;
      case Load::kResolve:
        entry->unresolved.push_back(symbol.slot);
        break;
      case Load::kUndefined:
        entry->missing.push_back(symbol.slot);
        break;
      case Load::kAlias:
        entry->aliases.push_back({symbol.slot, parent_->locate(symbol.name, function_)});
        break;
    }
    entry->all.push_back(symbol.slot);
  }
}

SlotRef Scope::locate(const StringObject* name, FunctionBuilder* from) {
  for (Scope* scope = this; scope != nullptr; scope = scope->parent_) {
    Symbol* symbol = scope->find(name);
    if (symbol == nullptr) continue;
    SlotRef where{symbol->slot, 0};
    for (FunctionBuilder* at = from; at != scope->function_; at = at->parent) {
      at->target->uses_enclosing = true;
      ++where.hops;
    }
    return where;
  }
  raise(ExceptionKind::kSyntaxError, "internal: unknown name " + name->text());
}

namespace {

const Value& loop_name() {
  static const Value& name = intern("loop");
  return name;
}

// Whether a filter or test is not known.
bool mentions_unknown(Expr& expr) {
  return any_of_tree(expr, [](Expr& each) {
    if (each.kind == ExprKind::kFilter) return static_cast<FilterExpr&>(each).filter == nullptr;
    return each.kind == ExprKind::kTest && static_cast<TestExpr&>(each).test == nullptr;
  });
}

// Which of `names` are read before anything assigns them.
std::vector<bool> find_undeclared(Body& body, const std::vector<const Value*>& names) {
  std::vector<bool> found(names.size());
  std::vector<bool> dropped(names.size());
  walk(body, [&](Expr& expr) {
    if (expr.kind != ExprKind::kName) return;
    const auto& name = static_cast<NameExpr&>(expr);
    for (std::size_t index = 0; index < names.size(); ++index) {
      if (!is_same(*names[index], name.name)) continue;
      if (name.use == NameUse::kLoad && !dropped[index]) {
        found[index] = true;
      } else {
        dropped[index] = true;
      }
    }
  });
  return found;
}

ExprPtr clone_target(const Expr& target) {
  if (target.kind == ExprKind::kName) {
    const auto& name = static_cast<const NameExpr&>(target);
    auto copy = std::make_unique<NameExpr>(name.name, name.line);
    copy->use = name.use;
    return copy;
  }
  auto copy = std::make_unique<SequenceExpr>(ExprKind::kTuple, target.line);
  for (const ExprPtr& item : static_cast<const SequenceExpr&>(target).items)
    copy->items.push_back(clone_target(*item));
  return copy;
}

class Resolver {
 public:
  explicit Resolver(TemplateCode* code) : code_(*code) {}

  void run() {
    FunctionBuilder function{nullptr, &code_.root, {}};
    Scope scope(nullptr, &function);
    analyze(scope, code_.body);
    ScopeEntry entry;
    scope.finish(&entry);
    append(&code_.root.entry, entry);
    bind(scope, code_.body, {});
  }

 private:
  struct Flags {
    bool soft = false;     // inside `if`: unknown filters fail when they run
    bool in_loop = false;  // `break` has a loop to leave
  };

  static void append(ScopeEntry* target, const ScopeEntry& more) {
    target->unresolved.insert(target->unresolved.end(), more.unresolved.begin(), more.unresolved.end());
    target->missing.insert(target->missing.end(), more.missing.begin(), more.missing.end());
    target->aliases.insert(target->aliases.end(), more.aliases.begin(), more.aliases.end());
    target->all.insert(target->all.end(), more.all.begin(), more.all.end());
  }

  // --- What names a scope reads and writes.

  class Analyzer final : public ChildVisitor {
   public:
    explicit Analyzer(Scope& scope) : scope_(scope) {}

    void visit(ExprPtr& child) override {
      if (child) visit_expr(*child);
    }

    void visit(Body& /*body*/) override {}

    void visit_expr(Expr& expr) {
      if (expr.kind == ExprKind::kNSRef) {
        scope_.load(static_cast<NSRefExpr&>(expr).name->name.string());
      } else if (expr.kind == ExprKind::kName) {
        const auto& name = static_cast<NameExpr&>(expr);
        switch (name.use) {
          case NameUse::kLoad:
            scope_.load(name.name.string());
            break;
          case NameUse::kStore:
            scope_.store(name.name.string());
            break;
          case NameUse::kParam:
            scope_.declare(name.name.string());
            break;
        }
      } else {
        expr.children(*this);
      }
    }

   private:
    Scope& scope_;
  };

  static void analyze(Scope& scope, Expr& expr) { Analyzer(scope).visit_expr(expr); }

  static void analyze(Scope& scope, const ExprPtr& expr) {
    if (expr) Analyzer(scope).visit_expr(*expr);
  }

  static void declare_targets(Scope& scope, const Expr& target) {
    if (target.kind == ExprKind::kName) {
      scope.declare(static_cast<const NameExpr&>(target).name.string());
    } else {
      for (const ExprPtr& item : static_cast<const SequenceExpr&>(target).items)
        declare_targets(scope, *item);
    }
  }

  void analyze(Scope& scope, Body& body) {
    for (StmtPtr& statement : body)
      analyze_statement(scope, *statement);
  }

  void analyze_statement(Scope& scope, Stmt& statement) {
    switch (statement.kind) {
      case StmtKind::kOutput:
      case StmtKind::kDo: {
        Analyzer analyzer(scope);
        statement.children(analyzer);
        return;
      }
      case StmtKind::kIf:
        analyze_if(scope, static_cast<IfStmt&>(statement));
        return;
      case StmtKind::kFor:
        analyze(scope, static_cast<ForStmt&>(statement).iterable);
        return;
      case StmtKind::kMacro:
        scope.store(static_cast<MacroStmt&>(statement).name.string());
        return;
      case StmtKind::kCallBlock:
        analyze(scope, *static_cast<MacroStmt&>(statement).target);
        return;
      case StmtKind::kFilterBlock:
        analyze(scope, static_cast<FilterBlockStmt&>(statement).filter);
        return;
      case StmtKind::kWith:
        for (auto& [target, value] : static_cast<WithStmt&>(statement).assignments)
          analyze(scope, value);
        return;
      case StmtKind::kAssign:
        analyze(scope, static_cast<AssignStmt&>(statement).value);
        analyze(scope, static_cast<AssignStmt&>(statement).target);
        return;
      case StmtKind::kAssignBlock:
        analyze(scope, static_cast<AssignBlockStmt&>(statement).target);
        return;
      case StmtKind::kBreak:
      case StmtKind::kContinue:
      case StmtKind::kScope:
        return;
    }
  }

  void analyze_if(Scope& scope, IfStmt& statement) {
    std::vector<Scope> branches;
    for (IfStmt::Branch& branch : statement.branches) {
      analyze(scope, branch.test);
      branches.push_back(scope);
      analyze(branches.back(), branch.body);
    }
    branches.push_back(scope);
    analyze(branches.back(), statement.otherwise);
    scope.merge(branches);
  }

  // --- Slots into the tree.

  class Binder final : public ChildVisitor {
   public:
    Binder(Resolver& resolver, Scope& scope, bool soft) : resolver_(resolver), scope_(scope), soft_(soft) {}

    void visit(ExprPtr& child) override {
      if (child) resolver_.bind(scope_, *child, soft_);
    }

    void visit(Body& /*body*/) override {}

   private:
    Resolver& resolver_;
    Scope& scope_;
    bool soft_;
  };

  void bind(Scope& scope, Expr& expr, bool soft) {
    switch (expr.kind) {
      case ExprKind::kName: {
        auto& name = static_cast<NameExpr&>(expr);
        name.where = scope.locate(name.name.string(), scope.function());
        return;
      }
      case ExprKind::kNSRef:
        bind(scope, *static_cast<NSRefExpr&>(expr).name, soft);
        return;
      case ExprKind::kCondExpr:
        soft = true;
        break;
      case ExprKind::kAnd:
      case ExprKind::kOr:
      case ExprKind::kCompare: {
        // Jinja folds these before it looks at operands that are never reached.
        Value constant;
        soft = soft || (mentions_unknown(expr) && constant_value(expr, true, &constant));
        break;
      }
      case ExprKind::kFilter: {
        const auto& filter = static_cast<FilterExpr&>(expr);
        if (filter.filter == nullptr && !soft) {
          raise_syntax_error(fmt::format("No filter named {}.", to_repr(Value(filter.name))), expr.line);
        }
        break;
      }
      case ExprKind::kTest: {
        const auto& test = static_cast<TestExpr&>(expr);
        if (test.test == nullptr && !soft) {
          raise_syntax_error(fmt::format("No test named {}.", to_repr(Value(test.name))), expr.line);
        }
        break;
      }
      default:
        break;
    }
    Binder binder(*this, scope, soft);
    expr.children(binder);
  }

  void bind(Scope& scope, const ExprPtr& expr, bool soft) {
    if (expr) bind(scope, *expr, soft);
  }

  void bind(Scope& scope, Body& body, Flags flags) {
    for (StmtPtr& statement : body)
      bind_statement(scope, *statement, flags);
  }

  void bind_statement(Scope& scope, Stmt& statement, Flags flags) {
    switch (statement.kind) {
      case StmtKind::kOutput:
        bind_output(scope, static_cast<OutputStmt&>(statement), flags.soft);
        return;
      case StmtKind::kDo:
        bind(scope, static_cast<DoStmt&>(statement).value, flags.soft);
        return;
      case StmtKind::kIf:
        bind_if(scope, static_cast<IfStmt&>(statement), flags);
        return;
      case StmtKind::kFor:
        bind_for(scope, static_cast<ForStmt&>(statement), flags);
        return;
      case StmtKind::kMacro:
      case StmtKind::kCallBlock:
        bind_macro(scope, static_cast<MacroStmt&>(statement), flags);
        return;
      case StmtKind::kFilterBlock: {
        auto& block = static_cast<FilterBlockStmt&>(statement);
        Scope inner(&scope, scope.function());
        analyze(inner, block.body);
        analyze(inner, block.filter);
        inner.finish(&block.scope);
        bind(inner, block.body, {false, flags.in_loop});
        bind(inner, block.filter, false);
        return;
      }
      case StmtKind::kWith:
        bind_with(scope, static_cast<WithStmt&>(statement), flags);
        return;
      case StmtKind::kAssign: {
        auto& assignment = static_cast<AssignStmt&>(statement);
        bind(scope, assignment.target, flags.soft);
        bind(scope, assignment.value, flags.soft);
        return;
      }
      case StmtKind::kAssignBlock:
        bind_assign_block(scope, static_cast<AssignBlockStmt&>(statement), flags);
        return;
      case StmtKind::kBreak:
      case StmtKind::kContinue:
        if (!flags.in_loop) {
          raise_syntax_error(
              statement.kind == StmtKind::kBreak ? "'break' outside loop" : "'continue' not properly in loop",
              statement.line);
        }
        return;
      case StmtKind::kScope: {
        auto& block = static_cast<ScopeStmt&>(statement);
        Scope inner(&scope, scope.function());
        analyze(inner, block.option);
        analyze(inner, block.body);
        inner.finish(&block.scope);
        bind(inner, block.option, false);
        bind(inner, block.body, {false, flags.in_loop});
        return;
      }
    }
  }

  void bind_output(Scope& scope, OutputStmt& output, bool soft) {
    std::vector<OutputItem> items;
    for (OutputItem& item : output.items) {
      if (item.expr) {
        bind(scope, item.expr, soft);
        Value constant;
        if (constant_value(*item.expr, code_.native, &constant)) {
          item.text = to_str(constant);
          item.expr.reset();
        }
      }
      if (!item.expr && !items.empty() && !items.back().expr) {
        items.back().text += item.text;
      } else {
        items.push_back(std::move(item));
      }
    }
    output.items = std::move(items);
  }

  void bind_if(Scope& scope, IfStmt& statement, Flags flags) {
    flags.soft = true;
    for (IfStmt::Branch& branch : statement.branches) {
      bind(scope, branch.test, true);
      bind(scope, branch.body, flags);
    }
    bind(scope, statement.otherwise, flags);
  }

  void bind_with(Scope& scope, WithStmt& statement, Flags flags) {
    Scope inner(&scope, scope.function());
    for (auto& [target, value] : statement.assignments)
      analyze(inner, target);
    analyze(inner, statement.body);
    inner.finish(&statement.scope);
    for (auto& [target, value] : statement.assignments) {
      bind(inner, target, false);
      bind(scope, value, flags.soft);
    }
    bind(inner, statement.body, {false, flags.in_loop});
  }

  void bind_assign_block(Scope& scope, AssignBlockStmt& statement, Flags flags) {
    Scope inner(&scope, scope.function());
    analyze(inner, statement.body);
    analyze(inner, statement.filter);
    inner.finish(&statement.scope);
    bind(inner, statement.body, {false, flags.in_loop});
    bind(scope, statement.target, flags.soft);
    bind(inner, statement.filter, false);
  }

  void bind_for(Scope& scope, ForStmt& statement, Flags flags) {
    walk(statement, [](Expr& expr) {
      if (expr.kind != ExprKind::kName) return;
      const auto& name = static_cast<NameExpr&>(expr);
      if (name.use == NameUse::kStore && is_same(name.name, loop_name())) {
        raise_syntax_error("Can't assign to special loop variable in for-loop target", name.line);
      }
    });
    bind(scope, statement.iterable, flags.soft);
    FunctionBuilder own{scope.function(), &statement.function, {}};
    FunctionBuilder* function = statement.recursive ? &own : scope.function();
    statement.extended = statement.recursive || find_undeclared(statement.body, {&loop_name()})[0];

    Scope loop_scope(&scope, function);
    if (statement.extended) loop_scope.declare(loop_name().string());
    declare_targets(loop_scope, *statement.target);
    analyze(loop_scope, statement.body);
    loop_scope.finish(&statement.body_scope);
    if (statement.extended) statement.loop_slot = loop_scope.find(loop_name().string())->slot;

    if (statement.test) {
      statement.test_target = clone_target(*statement.target);
      Scope test_scope(&scope, function);
      declare_targets(test_scope, *statement.target);
      analyze(test_scope, statement.test);
      test_scope.finish(&statement.test_scope);
      bind(test_scope, statement.test_target, false);
      bind(test_scope, statement.test, false);
    }
    bind(loop_scope, statement.target, false);
    bind(loop_scope, statement.body, {false, true});

    Scope else_scope(&scope, function);
    analyze(else_scope, statement.otherwise);
    else_scope.finish(&statement.else_scope);
    bind(else_scope, statement.otherwise, {false, !statement.recursive && flags.in_loop});
  }

  void bind_macro(Scope& scope, MacroStmt& statement, Flags flags) {
    static const std::vector<const Value*> kSpecial = {&intern("caller"), &intern("kwargs"), &intern("varargs")};
    FunctionBuilder function{scope.function(), &statement.function, {}};
    Scope inner(&scope, &function);
    MacroSignature& signature = statement.signature;
    for (const auto& parameter : signature.parameters)
      inner.declare(parameter->name.string());
    for (const ExprPtr& value : signature.defaults)
      analyze(inner, value);
    analyze(inner, statement.body);
    std::vector<bool> wanted = find_undeclared(statement.body, kSpecial);
    std::vector<bool> explicit_parameter(kSpecial.size());
    for (std::size_t index = 0; index < signature.parameters.size(); ++index) {
      for (std::size_t special = 0; special < kSpecial.size(); ++special) {
        if (!is_same(signature.parameters[index]->name, *kSpecial[special])) continue;
        explicit_parameter[special] = true;
        bool has_default = index + signature.defaults.size() >= signature.parameters.size();
        if (special == 0 && wanted[0] && !has_default) {
          raise_syntax_error(
              "When defining macros or call blocks the special \"caller\" argument must be omitted or be given a "
              "default.",
              statement.line);
        }
      }
    }
    statement.explicit_caller = explicit_parameter[0];
    statement.accesses_caller = wanted[0];
    statement.accesses_kwargs = wanted[1] && !explicit_parameter[1];
    statement.accesses_varargs = wanted[2] && !explicit_parameter[2];
    if (wanted[0] && !explicit_parameter[0]) inner.declare(kSpecial[0]->string());
    if (statement.accesses_kwargs) inner.declare(kSpecial[1]->string());
    if (statement.accesses_varargs) inner.declare(kSpecial[2]->string());
    ScopeEntry entry;
    inner.finish(&entry);
    append(&statement.function.entry, entry);
    for (const auto& parameter : signature.parameters)
      bind(inner, *parameter, false);
    for (const ExprPtr& value : signature.defaults)
      bind(inner, value, false);
    auto slot_of = [&](std::size_t special) {
      Symbol* symbol = inner.find(kSpecial[special]->string());
      return symbol == nullptr ? 0 : symbol->slot;
    };
    statement.caller_slot = slot_of(0);
    statement.kwargs_slot = slot_of(1);
    statement.varargs_slot = slot_of(2);
    bind(inner, statement.body, {});
    if (statement.target) {
      for (const auto& [name, value] : statement.target->arguments.named) {
        if (name.as_string() == "caller") raise_syntax_error("keyword argument repeated: caller", statement.line);
      }
      bind(scope, *statement.target, flags.soft);
    }
    if (statement.name_target) bind(scope, *statement.name_target, false);
  }

  TemplateCode& code_;
};

}  // namespace

void resolve_template(TemplateCode* code) {
  Resolver(code).run();
  count_costs(code->body);
}

}  // namespace floe::dbt
