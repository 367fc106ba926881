#include "jinja/loop.hpp"

#include "value/iterators.hpp"

#include <fmt/format.h>

namespace floe::dbt {

bool LoopObject::peek() {
  if (after_.is_missing() && !iterator_->next(&after_)) after_ = Value::missing();
  return !after_.is_missing();
}

bool LoopObject::advance(Value* item) {
  Value next;
  if (!after_.is_missing()) {
    next = std::move(after_);
    after_ = Value::missing();
  } else if (!iterator_->next(&next)) {
    return false;
  }
  ++index0_;
  before_ = std::move(current_);
  current_ = next;
  *item = std::move(next);
  return true;
}

std::int64_t LoopObject::count() const {
  if (length_) return *length_;
  if (auto sized = dbt::length(iterable_)) {
    length_ = static_cast<std::int64_t>(*sized);
  } else {
    std::vector<Value> rest;
    for (Value item; iterator_->next(&item);)
      rest.push_back(std::move(item));
    length_ = static_cast<std::int64_t>(rest.size()) + index0_ + 1 + (after_.is_missing() ? 0 : 1);
    iterator_ = std::make_unique<VectorIterator>(std::move(rest));
  }
  return *length_;
}

std::optional<std::size_t> LoopObject::length() const { return static_cast<std::size_t>(count()); }

std::unique_ptr<Iterator> LoopObject::iterate() {
  Ref<LoopObject> self(this);
  auto next = [self](Value* out) {
    Value item;
    if (!self->advance(&item)) return false;
    *out = Value::tuple({item, Value(self)});
    return true;
  };
  return std::make_unique<FunctionIterator<decltype(next)>>(next);
}

std::string LoopObject::repr() const { return fmt::format("<LoopContext {}/{}>", index0_ + 1, count()); }

Value LoopObject::cycle(const Arguments& arguments) const {
  if (!arguments.named.empty()) {
    raise(ExceptionKind::kTypeError,
          fmt::format("LoopContext.cycle() got an unexpected keyword argument {}", to_repr(arguments.named[0].name)));
  }
  if (arguments.positional.empty()) raise(ExceptionKind::kTypeError, "no items for cycling given");
  auto size = static_cast<std::int64_t>(arguments.positional.size());
  return arguments.positional[static_cast<std::size_t>(((index0_ % size) + size) % size)];
}

Value LoopObject::changed(const Arguments& arguments) {
  std::vector<Value> now(arguments.positional.begin(), arguments.positional.end());
  if (last_changed_ && dbt::equals(Value::tuple(*last_changed_), Value::tuple(now))) return false;
  last_changed_ = std::move(now);
  return true;
}

bool LoopObject::get_attr(const StringObject& name, Value* out) {
  std::string_view text = name.view();
  if (text == "index") return *out = index0_ + 1, true;
  if (text == "index0") return *out = index0_, true;
  if (text == "last") return *out = !peek(), true;
  if (text == "first") return *out = index0_ == 0, true;
  if (text == "length") return *out = count(), true;
  if (text == "revindex") return *out = count() - index0_, true;
  if (text == "revindex0") return *out = count() - index0_ - 1, true;
  if (text == "depth") return *out = depth0_ + 1, true;
  if (text == "depth0") return *out = depth0_, true;
  if (text == "previtem") {
    *out = index0_ == 0 ? make_undefined_hint("there is no previous item", Value::missing(), policy_) : before_;
    return true;
  }
  if (text == "nextitem") {
    *out = peek() ? after_ : make_undefined_hint("there is no next item", Value::missing(), policy_);
    return true;
  }
  if (text == "cycle") {
    *out = make_bound_function("cycle", Value(Ref<LoopObject>(this)), [](const Value& self, Arguments& arguments) {
      return self.object_as<LoopObject>()->cycle(arguments);
    });
    return true;
  }
  if (text == "changed") {
    *out = make_bound_function("changed", Value(Ref<LoopObject>(this)), [](const Value& self, Arguments& arguments) {
      return self.object_as<LoopObject>()->changed(arguments);
    });
    return true;
  }
  return false;
}

bool LoopObject::call_method(const StringObject& name, Arguments& arguments, Value* out) {
  if (name.view() == "cycle") {
    *out = cycle(arguments);
  } else if (name.view() == "changed") {
    *out = changed(arguments);
  } else {
    return Object::call_method(name, arguments, out);
  }
  return true;
}

Value LoopObject::call(Arguments& arguments) {
  Value bound[1];
  bind_arguments("LoopContext.__call__", arguments, {"iterable"}, 1, bound);
  if (statement_ == nullptr) {
    raise(ExceptionKind::kTypeError, "The loop must have the 'recursive' marker to be called recursively.");
  }
  Frame frame = *frame_;
  frame.activation = enclosing_.get();
  return statement_->recurse(frame, bound[0], depth0_ + 1);
}

}  // namespace floe::dbt
