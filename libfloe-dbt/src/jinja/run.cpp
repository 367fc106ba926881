// Statements.
#include "jinja/code.hpp"
#include "jinja/loop.hpp"
#include "jinja/namespace.hpp"
#include "value/iterators.hpp"

#include <fmt/format.h>

namespace floe::dbt {

Status run_body(const Body& body, Frame& frame) {
  for (const StmtPtr& statement : body) {
    frame.line = statement->line;
    Meter::step(statement->cost);
    Status status = statement->run(frame);
    if (status != Status::kNext) return status;
  }
  return Status::kNext;
}

void ScopeEntry::enter(Frame& frame) const {
  std::vector<Value>& slots = frame.activation->slots;
  for (std::uint32_t slot : unresolved)
    slots[slot] = Value::unresolved();
  for (std::uint32_t slot : missing)
    slots[slot] = Value::missing();
  for (const Alias& alias : aliases)
    slots[alias.slot] = frame.enclosing(alias.from.hops)->slots[alias.from.slot];
}

void ScopeEntry::leave(Frame& frame) const {
  for (std::uint32_t slot : all)
    frame.activation->slots[slot] = Value::missing();
}

namespace {

// Sends output elsewhere until the end of its scope.
class Redirect {
 public:
  Redirect(Frame& frame, std::string* out)
      : frame_(frame), out_(frame.out), pieces_(frame.pieces), unjoinable_(frame.unjoinable) {
    frame.out = out;
    frame.pieces = nullptr;
    frame.unjoinable = {};
  }

  Redirect(const Redirect&) = delete;
  Redirect& operator=(const Redirect&) = delete;

  ~Redirect() {
    frame_.out = out_;
    frame_.pieces = pieces_;
    frame_.unjoinable = unjoinable_;
  }

 private:
  Frame& frame_;
  std::string* out_;
  std::vector<Value>* pieces_;
  std::string_view unjoinable_;
};

// The native environment does not make text of what a block writes.
void write(Frame& frame, const Value& value) {
  if (frame.pieces != nullptr || frame.native) {
    write_unconverted(frame, value);
  } else {
    append_str(frame.out, value);
    Meter::grow_text(frame.out->size());
  }
}

void write_text(Frame& frame, const std::string& text) {
  if (frame.pieces != nullptr) {
    write_unconverted(frame, Value(text));
  } else {
    *frame.out += text;
    Meter::grow_text(frame.out->size());
  }
}

bool is_return_call(const Expr& expr) {
  static const Counted* name = intern("return").counted();
  if (expr.kind != ExprKind::kCall) return false;
  const auto& call = static_cast<const CallExpr&>(expr);
  return call.target->kind == ExprKind::kName && static_cast<const NameExpr&>(*call.target).name.counted() == name &&
         call.arguments.positional.size() == 1 && call.arguments.named.empty() && !call.arguments.star &&
         !call.arguments.double_star;
}

}  // namespace

void Frame::finish_text() const {
  if (unjoinable.empty()) return;
  raise(ExceptionKind::kTypeError, fmt::format("sequence item 0: expected str instance, {} found", unjoinable));
}

namespace {

// dbt looks at the first two output nodes; from then on each becomes text as it comes.
void add_piece(std::vector<Value>& pieces, const Value& value) {
  pieces.push_back(value);
  if (pieces.size() == 2) pieces[0] = str_value(pieces[0]);
  if (pieces.size() >= 2) pieces.back() = str_value(pieces.back());
}

}  // namespace

void write_unconverted(Frame& frame, const Value& value) {
  if (frame.pieces != nullptr) {
    add_piece(*frame.pieces, value);
  } else if (value.is_string()) {
    *frame.out += value.as_string();
    Meter::grow_text(frame.out->size());
  } else if (frame.unjoinable.empty()) {
    frame.unjoinable = type_name(value);
  }
}

Status capture(const Body& body, Frame& frame, std::string* text) {
  Redirect redirect(frame, text);
  Status status = run_body(body, frame);
  if (status == Status::kNext) frame.finish_text();
  return status;
}

bool run_return(const Expr& expr, Frame& frame) {
  if (!is_return_call(expr) || MachineAccess::macro_depth(frame.machine) == 0) return false;
  const auto& call = static_cast<const CallExpr&>(expr);
  Value scratch;
  if (!is_same(call.target->look(frame, scratch), return_function())) return false;
  Value result = call.arguments.positional[0]->eval(frame);
  MachineAccess::return_value(frame.machine) = std::move(result);
  return true;
}

Status OutputStmt::run(Frame& frame) const {
  for (const OutputItem& item : items) {
    if (!item.expr) {
      write_text(frame, item.text);
      continue;
    }
    frame.line = item.expr->line;
    if (run_return(*item.expr, frame)) return Status::kReturn;
    Value scratch;
    write(frame, item.expr->look(frame, scratch));
  }
  return Status::kNext;
}

Status IfStmt::run(Frame& frame) const {
  for (const Branch& branch : branches) {
    Value scratch;
    if (truth(branch.test->look(frame, scratch))) return run_body(branch.body, frame);
  }
  return run_body(otherwise, frame);
}

void IfStmt::children(ChildVisitor& visitor) {
  for (Branch& branch : branches) {
    visitor.visit(branch.test);
    visitor.visit(branch.body);
  }
  visitor.visit(otherwise);
}

namespace {

[[noreturn]] void wrong_count(std::size_t wanted, std::size_t given) {
  if (given < wanted) {
    raise(ExceptionKind::kValueError, fmt::format("not enough values to unpack (expected {}, got {})", wanted, given));
  }
  raise(ExceptionKind::kValueError, fmt::format("too many values to unpack (expected {})", wanted));
}

}  // namespace

void assign(const Expr& target, const Value& value, Frame& frame) {
  if (target.kind == ExprKind::kName) {
    static_cast<const NameExpr&>(target).slot(frame) = value;
    return;
  }
  if (target.kind == ExprKind::kNSRef) {
    const auto& ref = static_cast<const NSRefExpr&>(target);
    Value scratch;
    auto* space = ref.name->look(frame, scratch).object_as<NamespaceObject>();
    if (space == nullptr) {
      raise(ExceptionKind::kRuntimeError, "cannot assign attribute on non-namespace object");
    }
    space->attributes->set(ref.attr, value);
    return;
  }
  const std::vector<ExprPtr>& targets = static_cast<const SequenceExpr&>(target).items;
  if (value.is_tuple()) {
    const std::vector<Value>& items = value.tuple_object()->items;
    if (items.size() != targets.size()) wrong_count(targets.size(), items.size());
    for (std::size_t index = 0; index < items.size(); ++index)
      assign(*targets[index], items[index], frame);
    return;
  }
  if (!is_iterable(value)) {
    raise(ExceptionKind::kTypeError, fmt::format("cannot unpack non-iterable {} object", type_name(value)));
  }
  std::vector<Value> items;
  auto iterator = iterate(value);
  for (Value item; items.size() <= targets.size() && iterator->next(&item);)
    items.push_back(std::move(item));
  if (items.size() != targets.size()) wrong_count(targets.size(), items.size());
  for (std::size_t index = 0; index < items.size(); ++index)
    assign(*targets[index], items[index], frame);
}

void check_namespaces(const Expr& target, Frame& frame) {
  if (target.kind == ExprKind::kNSRef) {
    Value scratch;
    if (static_cast<const NSRefExpr&>(target).name->look(frame, scratch).object_as<NamespaceObject>() == nullptr) {
      raise(ExceptionKind::kRuntimeError, "cannot assign attribute on non-namespace object");
    }
  } else if (target.kind == ExprKind::kTuple) {
    for (const ExprPtr& item : static_cast<const SequenceExpr&>(target).items)
      check_namespaces(*item, frame);
  }
}

Status AssignStmt::run(Frame& frame) const {
  if (target->kind == ExprKind::kName) {
    Value result = value->eval(frame);
    static_cast<const NameExpr&>(*target).slot(frame) = std::move(result);
    return Status::kNext;
  }
  check_namespaces(*target, frame);
  assign(*target, value->eval(frame), frame);
  return Status::kNext;
}

void AssignStmt::children(ChildVisitor& visitor) {
  visitor.visit(target);
  visitor.visit(value);
}

Status AssignBlockStmt::run(Frame& frame) const {
  scope.enter(frame);
  std::string text;
  Status status = capture(body, frame, &text);
  if (status != Status::kNext) return status;
  Value result(std::move(text));
  if (filter) {
    // Filters chain through their subjects; the innermost has none and takes the text.
    std::vector<const FilterExpr*> chain;
    for (const Expr* at = filter.get(); at != nullptr;) {
      const auto* each = static_cast<const FilterExpr*>(at);
      chain.push_back(each);
      at = each->subject.get();
    }
    for (auto each = chain.rbegin(); each != chain.rend(); ++each)
      result = (*each)->apply(frame, result);
  }
  assign(*target, result, frame);
  scope.leave(frame);
  return Status::kNext;
}

void AssignBlockStmt::children(ChildVisitor& visitor) {
  visitor.visit(target);
  if (filter) visitor.visit(filter);
  visitor.visit(body);
}

Status FilterBlockStmt::run(Frame& frame) const {
  scope.enter(frame);
  std::string text;
  Status status = capture(body, frame, &text);
  if (status != Status::kNext) return status;
  std::vector<const FilterExpr*> chain;
  for (const Expr* at = filter.get(); at != nullptr;) {
    const auto* each = static_cast<const FilterExpr*>(at);
    chain.push_back(each);
    at = each->subject.get();
  }
  Value result(std::move(text));
  for (auto each = chain.rbegin(); each != chain.rend(); ++each)
    result = (*each)->apply(frame, result);
  write_unconverted(frame, result);
  scope.leave(frame);
  return Status::kNext;
}

void FilterBlockStmt::children(ChildVisitor& visitor) {
  visitor.visit(body);
  visitor.visit(filter);
}

Status WithStmt::run(Frame& frame) const {
  scope.enter(frame);
  for (const auto& [target, value] : assignments)
    assign(*target, value->eval(frame), frame);
  Status status = run_body(body, frame);
  scope.leave(frame);
  return status;
}

void WithStmt::children(ChildVisitor& visitor) {
  for (auto& [target, value] : assignments)
    visitor.visit(target);
  for (auto& [target, value] : assignments)
    visitor.visit(value);
  visitor.visit(body);
}

Status DoStmt::run(Frame& frame) const {
  if (run_return(*value, frame)) return Status::kReturn;
  value->eval(frame);
  return Status::kNext;
}

Status ScopeStmt::run(Frame& frame) const {
  scope.enter(frame);
  if (truth(option->eval(frame))) {
    raise(ExceptionKind::kRuntimeError, "automatic escaping is not available: dbt renders SQL, not HTML");
  }
  Status status = run_body(body, frame);
  scope.leave(frame);
  return status;
}

// --- for

namespace {

// The items of a loop that pass its `if`.
class FilteredIterator final : public Iterator {
 public:
  FilteredIterator(const ForStmt& loop, Frame& frame, std::unique_ptr<Iterator> source)
      : loop_(loop), frame_(frame), source_(std::move(source)) {}

  bool next(Value* out) override {
    while (source_->next(out)) {
      Meter::step(loop_.test_cost);
      loop_.test_scope.enter(frame_);
      assign(*loop_.test_target, *out, frame_);
      Value scratch;
      if (truth(loop_.test->look(frame_, scratch))) return true;
    }
    return false;
  }

 private:
  const ForStmt& loop_;
  Frame& frame_;
  std::unique_ptr<Iterator> source_;
};

}  // namespace

Status ForStmt::loop(Frame& frame, const Value& items, int depth) const {
  std::unique_ptr<Iterator> iterator = iterate(items);
  if (test) iterator = std::make_unique<FilteredIterator>(*this, frame, std::move(iterator));
  Iterator* const each = iterator.get();
  Ref<LoopObject> object;
  if (extended) {
    object = make_ref<LoopObject>(test ? Value() : items, std::move(iterator), frame.policy, depth);
    if (recursive) object->set_recursion(this, frame);
  }
  const NameExpr* name = target->kind == ExprKind::kName ? static_cast<const NameExpr*>(target.get()) : nullptr;
  bool completed = false;
  Status left = Status::kNext;
  for (Value item; extended ? object->advance(&item) : each->next(&item);) {
    body_scope.enter(frame);
    if (name != nullptr) {
      frame.activation->slots[name->where.slot] = std::move(item);
    } else {
      assign(*target, item, frame);
    }
    if (extended) frame.activation->slots[loop_slot] = Value(object);
    left = run_body(body, frame);
    if (left == Status::kBreak || left == Status::kReturn) break;
    completed = completed || left == Status::kNext;  // `continue` skips the mark, as in Jinja's code
    left = Status::kNext;
  }
  body_scope.leave(frame);
  if (left == Status::kReturn) return left;
  if (completed || otherwise.empty()) return Status::kNext;
  else_scope.enter(frame);
  Status status = run_body(otherwise, frame);
  else_scope.leave(frame);
  return status;
}

Value ForStmt::recurse(const Frame& outer, const Value& items, int depth) const {
  CallGuard guard(outer.machine);
  ActivationScope activation(outer.machine, function.slot_count, outer.activation);
  std::string text;
  Frame frame(outer);
  frame.activation = activation.get();
  frame.out = &text;
  frame.pieces = nullptr;
  frame.unjoinable = {};
  function.entry.enter(frame);
  Status status = loop(frame, items, depth);
  if (status == Status::kReturn) throw ReturnSignal{std::move(MachineAccess::return_value(frame.machine))};
  frame.finish_text();
  return Value(std::move(text));
}

Status ForStmt::run(Frame& frame) const {
  Value items = iterable->eval(frame);
  if (!recursive) return loop(frame, items, 0);
  write_unconverted(frame, recurse(frame, items, 0));
  return Status::kNext;
}

void ForStmt::children(ChildVisitor& visitor) {
  visitor.visit(target);
  visitor.visit(iterable);
  visitor.visit(body);
  visitor.visit(otherwise);
  if (test) visitor.visit(test);
}

}  // namespace floe::dbt
