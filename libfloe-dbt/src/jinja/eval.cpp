// Expressions.
#include "jinja/code.hpp"
#include "jinja/environment.hpp"
#include "jinja/filters.hpp"

#include <fmt/format.h>

namespace floe::dbt {

Value NameExpr::eval(Frame& frame) const {
  Value scratch;
  return look(frame, scratch);
}

const Value& NameExpr::look(Frame& frame, Value& scratch) const {
  if (frame.context == nullptr) throw NotConstant{};
  Value& value = slot(frame);
  if (!value.is_missing()) return value;
  if (!value.is_unresolved()) {
    scratch = make_undefined(name, frame.policy);
    return scratch;
  }
  Value found;
  if (!frame.context->resolve(*name.string(), &found) && !find_jinja_global(*name.string(), &found)) {
    found = make_undefined(name, frame.policy);
  }
  value = std::move(found);
  return value;
}

Value NSRefExpr::eval(Frame& /*frame*/) const { raise(ExceptionKind::kRuntimeError, "not a value"); }

Value SequenceExpr::eval(Frame& frame) const {
  std::vector<Value> values;
  values.reserve(items.size());
  for (const ExprPtr& item : items)
    values.push_back(item->eval(frame));
  return kind == ExprKind::kTuple ? Value::tuple(std::move(values)) : Value::list(std::move(values));
}

Value DictExpr::eval(Frame& frame) const {
  // Everything is evaluated before the first key is hashed, as Python does it.
  std::vector<std::pair<Value, Value>> entries;
  entries.reserve(items.size());
  for (const auto& [key, value] : items) {
    Value name = key->eval(frame);
    entries.emplace_back(std::move(name), value->eval(frame));
  }
  return Value::dict(std::move(entries));
}

Value CondExpr::eval(Frame& frame) const {
  Value scratch;
  if (truth(test->look(frame, scratch))) return then->eval(frame);
  if (otherwise) return otherwise->eval(frame);
  return make_undefined_hint(fmt::format("the inline if-expression on line {} evaluated to false and no else section "
                                         "was defined.",
                                         line),
                             Value::missing(), frame.policy);
}

Value BinaryExpr::eval(Frame& frame) const {
  Value left_scratch;
  Value right_scratch;
  const Value& first = left->look(frame, left_scratch);
  const Value& second = right->look(frame, right_scratch);
  return binary(op, first, second);
}

Value UnaryExpr::eval(Frame& frame) const {
  Value scratch;
  const Value& value = operand->look(frame, scratch);
  switch (kind) {
    case ExprKind::kNot:
      return !truth(value);
    case ExprKind::kNeg:
      return negate(value);
    default:
      return positive(value);
  }
}

Value LogicExpr::eval(Frame& frame) const {
  Value first = left->eval(frame);
  if (truth(first) == (kind == ExprKind::kOr)) return first;
  return right->eval(frame);
}

namespace {

// A method, filter or test of a text looks at all of it, and of the texts it is given.
void count_texts(const Value& self, const Arguments& arguments) {
  if (self.is_string()) Meter::read_text(self.as_string().size());
  for (const Value& argument : arguments.positional) {
    if (argument.is_string()) Meter::read_text(argument.as_string().size());
  }
}

bool holds(CompareOp op, const Value& left, const Value& right) {
  switch (op) {
    case CompareOp::kEq:
      return equals(left, right);
    case CompareOp::kNe:
      return !equals(left, right);
    case CompareOp::kLt:
      return compare(Comparison::kLess, left, right);
    case CompareOp::kLtEq:
      return compare(Comparison::kLessEqual, left, right);
    case CompareOp::kGt:
      return compare(Comparison::kGreater, left, right);
    case CompareOp::kGtEq:
      return compare(Comparison::kGreaterEqual, left, right);
    case CompareOp::kIn:
      return contains(right, left);
    case CompareOp::kNotIn:
      return !contains(right, left);
  }
  return false;
}

}  // namespace

Value CompareExpr::eval(Frame& frame) const {
  Value scratches[2];
  const Value* left = &first->look(frame, scratches[0]);
  std::size_t next = 1;
  for (const auto& [op, operand] : rest) {
    const Value& right = operand->look(frame, scratches[next]);
    if (!holds(op, *left, right)) return false;
    left = &right;
    next ^= 1U;
  }
  return true;
}

Value ConcatExpr::eval(Frame& frame) const {
  std::string out;
  Value scratch;
  for (const ExprPtr& item : items) {
    append_str(&out, item->look(frame, scratch));
    Meter::grow_text(out.size());
  }
  return Value(std::move(out));
}

Value GetattrExpr::eval(Frame& frame) const {
  Value scratch;
  const Value& value = object->look(frame, scratch);
  if (attr.as_string().front() != '_') {
    if (value.is_dict()) {
      if (methods.of_dict != nullptr) return make_bound_function(attr.as_string(), value, methods.of_dict);
      const Value* found = value.dict_object()->find(*attr.string());
      return found != nullptr ? *found : make_undefined_member(value, attr, frame.policy);
    }
    Value out;
    if (value.is_object() && value.object()->get_attr(*attr.string(), &out)) return out;
  }
  return get_attr_or_undefined(value, attr, frame.policy);
}

Value GetitemExpr::eval(Frame& frame) const {
  Value object_scratch;
  Value key_scratch;
  const Value& container = object->look(frame, object_scratch);
  const Value& index = key->look(frame, key_scratch);
  return get_item_or_undefined(container, index, frame.policy);
}

Value SliceExpr::eval(Frame& frame) const {
  if (!object) raise(ExceptionKind::kTypeError, "slices cannot be combined in one subscript");
  Value container = object->eval(frame);
  Value first = start ? start->eval(frame) : Value();
  Value last = stop ? stop->eval(frame) : Value();
  Value by = step ? step->eval(frame) : Value();
  return slice(container, first, last, by);
}

ArgumentBuffer::ArgumentBuffer(const CallArguments& arguments, Frame& frame, const Value* subject, const Value* caller)
    : positional_(reinterpret_cast<Value*>(inline_positional_)), named_(reinterpret_cast<NamedValue*>(inline_named_)) {
  on_heap_ = arguments.star || arguments.double_star ||
             arguments.positional.size() + (subject != nullptr ? 1 : 0) > kInline ||
             arguments.named.size() + (caller != nullptr ? 1 : 0) > kInline;
  try {
    evaluate(arguments, frame, subject, caller);
  } catch (...) {
    std::destroy_n(positional_, on_heap_ ? 0 : positional_count_);
    std::destroy_n(named_, on_heap_ ? 0 : named_count_);
    throw;
  }
  if (on_heap_) {
    positional_ = heap_positional_.data();
    named_ = heap_named_.data();
  }
}

ArgumentBuffer::~ArgumentBuffer() {
  if (on_heap_) return;
  std::destroy_n(positional_, positional_count_);
  std::destroy_n(named_, named_count_);
}

void ArgumentBuffer::add_named(const Value& name, Value value, bool unpacked) {
  if (on_heap_) {
    for (const NamedValue& other : heap_named_) {
      if (unpacked && other.name.as_string() == name.as_string()) {
        raise(ExceptionKind::kTypeError, fmt::format("got multiple values for keyword argument {}", to_repr(name)));
      }
    }
    heap_named_.push_back({name, std::move(value)});
  } else {
    new (named_ + named_count_) NamedValue{name, std::move(value)};
  }
  ++named_count_;
}

void ArgumentBuffer::evaluate(const CallArguments& arguments, Frame& frame, const Value* subject, const Value* caller) {
  auto add = [&](Value value) {
    if (on_heap_) {
      heap_positional_.push_back(std::move(value));
    } else {
      new (positional_ + positional_count_) Value(std::move(value));
    }
    ++positional_count_;
  };
  if (subject != nullptr) add(*subject);
  for (const ExprPtr& argument : arguments.positional)
    add(argument->eval(frame));
  if (arguments.star) {
    Value more = arguments.star->eval(frame);
    if (!is_iterable(more)) {
      raise(ExceptionKind::kTypeError, fmt::format("argument after * must be an iterable, not {}", type_name(more)));
    }
    for (Value& value : to_vector(more))
      add(std::move(value));
  }
  for (const auto& [name, argument] : arguments.named)
    add_named(name, argument->eval(frame), false);
  if (caller != nullptr) add_named(intern("caller"), *caller, false);
  if (!arguments.double_star) return;
  Value more = arguments.double_star->eval(frame);
  if (more.is_undefined()) more.undefined_object()->fail();  // Python asks it for its keys
  bool mapping = more.is_dict() || (more.is_object() && more.object()->is_mapping());
  if (!mapping) {
    raise(ExceptionKind::kTypeError, fmt::format("argument after ** must be a mapping, not {}", type_name(more)));
  }
  auto iterator = iterate(more);
  for (Value key; iterator->next(&key);) {
    if (!key.is_string()) raise(ExceptionKind::kTypeError, "keywords must be strings");
    add_named(key, get_item(more, key), true);
  }
}

Value CallExpr::invoke(Frame& frame, const Value* caller) const {
  if (frame.context == nullptr) throw NotConstant{};
  Value scratch;
  if (target->kind == ExprKind::kGetattr) {
    const auto& member = static_cast<const GetattrExpr&>(*target);
    const Value& self = member.object->look(frame, scratch);
    Method method = member.methods.for_value(self);
    if (method != nullptr || self.is_object()) {
      ArgumentBuffer buffer(arguments, frame, nullptr, caller);
      Arguments values = buffer.get(frame);
      frame.line = line;
      if (method != nullptr) {
        count_texts(self, values);
        return method(self, values);
      }
      Value out;
      bool hidden = member.attr.as_string().front() == '_';
      if (!hidden && self.object()->call_method(*member.attr.string(), values, &out)) return out;
      return call(get_attr_or_undefined(self, member.attr, frame.policy), values);
    }
    Value function = get_attr_or_undefined(self, member.attr, frame.policy);
    ArgumentBuffer buffer(arguments, frame, nullptr, caller);
    Arguments values = buffer.get(frame);
    frame.line = line;
    return call(function, values);
  }
  const Value& function = target->look(frame, scratch);
  ArgumentBuffer buffer(arguments, frame, nullptr, caller);
  Arguments values = buffer.get(frame);
  frame.line = line;
  return call(function, values);
}

Value FilterExpr::eval(Frame& frame) const {
  Value scratch;
  return apply(frame, subject->look(frame, scratch));
}

Value FilterExpr::apply(Frame& frame, const Value& value) const {
  if (frame.context == nullptr && (filter == nullptr || filter->needs_context)) throw NotConstant{};
  MachineAccess::native(frame.machine) = frame.native;  // the environment of this template, not of its caller
  ArgumentBuffer buffer(arguments, frame, &value);
  Arguments values = buffer.get(frame);
  frame.line = line;
  if (filter == nullptr) {
    raise(ExceptionKind::kRuntimeError, fmt::format("No filter named {} found.", to_repr(Value(name))));
  }
  count_texts(value, values);
  return filter->function(values);
}

Value TestExpr::eval(Frame& frame) const {
  if (frame.context == nullptr && test == nullptr) throw NotConstant{};
  Value scratch;
  const Value& value = subject->look(frame, scratch);
  ArgumentBuffer buffer(arguments, frame, &value);
  Arguments values = buffer.get(frame);
  frame.line = line;
  if (test == nullptr) {
    raise(ExceptionKind::kRuntimeError, fmt::format("No test named {} found.", to_repr(Value(name))));
  }
  count_texts(value, values);
  return test->function(values);
}

// --- Children, in Jinja's order.

void SequenceExpr::children(ChildVisitor& visitor) {
  for (ExprPtr& item : items)
    visitor.visit(item);
}

void DictExpr::children(ChildVisitor& visitor) {
  for (auto& [key, value] : items) {
    visitor.visit(key);
    visitor.visit(value);
  }
}

void CondExpr::children(ChildVisitor& visitor) {
  visitor.visit(test);
  visitor.visit(then);
  if (otherwise) visitor.visit(otherwise);
}

void BinaryExpr::children(ChildVisitor& visitor) {
  visitor.visit(left);
  visitor.visit(right);
}

void LogicExpr::children(ChildVisitor& visitor) {
  visitor.visit(left);
  visitor.visit(right);
}

void CompareExpr::children(ChildVisitor& visitor) {
  visitor.visit(first);
  for (auto& [op, operand] : rest)
    visitor.visit(operand);
}

void ConcatExpr::children(ChildVisitor& visitor) {
  for (ExprPtr& item : items)
    visitor.visit(item);
}

void GetitemExpr::children(ChildVisitor& visitor) {
  visitor.visit(object);
  visitor.visit(key);
}

void SliceExpr::children(ChildVisitor& visitor) {
  for (ExprPtr* child : {&object, &start, &stop, &step}) {
    if (*child) visitor.visit(*child);
  }
}

void CallArguments::children(ChildVisitor& visitor) {
  for (ExprPtr& argument : positional)
    visitor.visit(argument);
  for (auto& [name, argument] : named)
    visitor.visit(argument);
  if (star) visitor.visit(star);
  if (double_star) visitor.visit(double_star);
}

}  // namespace floe::dbt
