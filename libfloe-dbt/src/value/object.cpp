#include "value/object.hpp"

#include "value/iterators.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::dbt {

bool Object::get_attr(const StringObject& /*name*/, Value* /*out*/) { return false; }

bool Object::get_item(const Value& /*key*/, Value* /*out*/) { return false; }

void Object::set_item(const Value& /*key*/, const Value& /*value*/) {
  raise(ExceptionKind::kTypeError, fmt::format("'{}' object does not support item assignment", type_name()));
}

Value Object::call(Arguments& /*arguments*/) {
  raise(ExceptionKind::kTypeError, fmt::format("'{}' object is not callable", type_name()));
}

bool Object::call_method(const StringObject& name, Arguments& arguments, Value* out) {
  Value method;
  if (!get_attr(name, &method)) return false;
  *out = dbt::call(method, arguments);
  return true;
}

std::string Object::repr() const {
  return fmt::format("<{} object at {}>", type_name(), static_cast<const void*>(this));
}

bool Object::truth() const {
  auto count = length();
  return !count || *count != 0;
}

std::unique_ptr<Iterator> Object::iterate() { return nullptr; }

std::unique_ptr<Iterator> Object::iterate_reversed() { return nullptr; }

std::optional<std::size_t> Object::length() const { return std::nullopt; }

std::optional<bool> Object::contains(const Value& /*item*/) { return std::nullopt; }

bool Object::equals(const Value& other) const { return other.is_object() && other.object() == this; }

std::optional<int> Object::compare(const Value& /*other*/) const { return std::nullopt; }

std::uint64_t Object::hash() const { return (reinterpret_cast<std::uintptr_t>(this) >> 4) * 0x9e3779b97f4a7c15ULL; }

std::optional<Value> Object::binary(BinaryOperator /*op*/, const Value& /*other*/, bool /*reflected*/) {
  return std::nullopt;
}

std::optional<Value> Object::unary_minus() { return std::nullopt; }

bool Object::is_sequence() const { return length().has_value(); }

std::optional<std::string> Object::format(std::string_view spec) const {
  if (spec.empty()) return str();
  return std::nullopt;
}

namespace {

class Function final : public Object {
 public:
  Function(std::string name, NativeFunction function) : name_(std::move(name)), function_(function) {}

  [[nodiscard]] std::string_view type_name() const override { return "function"; }

  [[nodiscard]] bool is_callable() const override { return true; }

  Value call(Arguments& arguments) override { return function_(arguments); }

  [[nodiscard]] std::string repr() const override { return "<function " + name_ + ">"; }

 private:
  std::string name_;
  NativeFunction function_;
};

class BoundMethod final : public Object {
 public:
  BoundMethod(std::string name, Value self, BoundFunction function)
      : name_(std::move(name)), self_(std::move(self)), function_(function) {}

  [[nodiscard]] std::string_view type_name() const override { return "builtin_function_or_method"; }

  [[nodiscard]] bool is_callable() const override { return true; }

  Value call(Arguments& arguments) override { return function_(self_, arguments); }

  [[nodiscard]] std::string repr() const override {
    return fmt::format("<built-in method {} of {} object at {}>", name_, dbt::type_name(self_),
                       static_cast<const void*>(self_.is_counted() ? self_.counted() : nullptr));
  }

  [[nodiscard]] bool equals(const Value& other) const override {
    const auto* method = other.object_as<BoundMethod>();
    return method != nullptr && method->function_ == function_ && is_same(method->self_, self_);
  }

 private:
  std::string name_;
  Value self_;
  BoundFunction function_;
};

class Namespace final : public Object {
 public:
  Namespace(std::string type_name, Ref<DictObject> members)
      : type_name_(std::move(type_name)), members_(std::move(members)) {}

  [[nodiscard]] std::string_view type_name() const override { return type_name_; }

  bool get_attr(const StringObject& name, Value* out) override {
    const Value* found = members_->find(name);
    if (found != nullptr) *out = *found;
    return found != nullptr;
  }

  bool get_item(const Value& key, Value* out) override { return key.is_string() && get_attr(*key.string(), out); }

  std::optional<bool> contains(const Value& item) override { return members_->find(item) != nullptr; }

  std::unique_ptr<Iterator> iterate() override {
    return std::make_unique<DictIterator>(members_.get(), DictPart::kKeys);
  }

 private:
  std::string type_name_;
  Ref<DictObject> members_;
};

class IteratorObject final : public Object {
 public:
  IteratorObject(std::string_view type_name, std::unique_ptr<Iterator> source)
      : type_name_(type_name), source_(std::move(source)) {}

  [[nodiscard]] std::string_view type_name() const override { return type_name_; }

  [[nodiscard]] bool is_iterator() const override { return true; }

  std::unique_ptr<Iterator> iterate() override {
    // Every iteration continues the same source.
    return std::make_unique<Shared>(this);
  }

 private:
  class Shared final : public Iterator {
   public:
    explicit Shared(IteratorObject* owner) : owner_(owner) {}

    bool next(Value* out) override {
      if (owner_->source_ == nullptr) return false;
      // A generator that raised or ended is finished for good.
      if (owner_->running_) raise(ExceptionKind::kValueError, "generator already executing");
      owner_->running_ = true;
      bool more = false;
      try {
        more = owner_->source_->next(out);
      } catch (...) {
        owner_->running_ = false;
        owner_->source_.reset();
        throw;
      }
      owner_->running_ = false;
      if (!more) owner_->source_.reset();
      return more;
    }

   private:
    Ref<IteratorObject> owner_;
  };

  std::string type_name_;
  std::unique_ptr<Iterator> source_;
  bool running_ = false;
};

}  // namespace

Value make_function(std::string_view name, NativeFunction function) {
  return Value(make_ref<Function>(std::string(name), function));
}

Value make_bound_function(std::string_view name, Value self, BoundFunction function) {
  return Value(make_ref<BoundMethod>(std::string(name), std::move(self), function));
}

Value make_namespace(std::string_view type_name, std::vector<std::pair<std::string, Value>> members) {
  auto dict = make_ref<DictObject>();
  for (auto& [name, value] : members)
    dict->set(intern(name), std::move(value));
  return Value(make_ref<Namespace>(std::string(type_name), dict));
}

Value make_iterator(std::string_view type_name, std::unique_ptr<Iterator> source) {
  return Value(make_ref<IteratorObject>(type_name, std::move(source)));
}

namespace {

[[noreturn]] void missing_argument(std::string_view function, std::string_view parameter) {
  raise(ExceptionKind::kTypeError,
        fmt::format("{}() missing 1 required positional argument: '{}'", function, parameter));
}

}  // namespace

void bind_arguments(std::string_view function, const Arguments& arguments,
                    std::initializer_list<std::string_view> parameters, std::size_t required, std::span<Value> out) {
  std::size_t count = parameters.size();
  if (arguments.positional.size() > count) {
    raise(ExceptionKind::kTypeError,
          fmt::format("{}() takes {}{} but {} {} given", function,
                      required == count ? "" : fmt::format("from {} to ", required),
                      text::counted(static_cast<std::int64_t>(count), "positional argument"),
                      arguments.positional.size(), arguments.positional.size() == 1 ? "was" : "were"));
  }
  for (std::size_t index = 0; index < count; ++index) {
    out[index] = index < arguments.positional.size() ? arguments.positional[index] : Value::missing();
  }
  for (const NamedValue& named : arguments.named) {
    std::size_t index = 0;
    for (std::string_view parameter : parameters) {
      if (parameter == named.name.as_string()) break;
      ++index;
    }
    if (index == count) {
      raise(ExceptionKind::kTypeError,
            fmt::format("{}() got an unexpected keyword argument {}", function, to_repr(named.name)));
    }
    if (index < arguments.positional.size()) {
      raise(ExceptionKind::kTypeError,
            fmt::format("{}() got multiple values for argument {}", function, to_repr(named.name)));
    }
    out[index] = named.value;
  }
  for (std::size_t index = 0; index < required; ++index) {
    if (out[index].is_missing()) missing_argument(function, parameters.begin()[index]);
  }
}

}  // namespace floe::dbt
