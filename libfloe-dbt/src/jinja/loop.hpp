// The `loop` object of a for loop.
#pragma once

#include "jinja/code.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace floe::dbt {

class LoopObject final : public Object {
 public:
  LoopObject(Value iterable, std::unique_ptr<Iterator> iterator, UndefinedPolicy policy, int depth)
      : iterable_(std::move(iterable)), iterator_(std::move(iterator)), policy_(policy), depth0_(depth) {}

  // For recursive loops: what calling the object runs.
  void set_recursion(const ForStmt* statement, const Frame& frame) {
    statement_ = statement;
    frame_.emplace(frame);
    code_ = frame.code->shared_from_this();
    enclosing_ = frame.activation->parent;
  }

  bool advance(Value* item);

  [[nodiscard]] std::string_view type_name() const override { return "LoopContext"; }

  bool get_attr(const StringObject& name, Value* out) override;
  bool call_method(const StringObject& name, Arguments& arguments, Value* out) override;

  [[nodiscard]] bool is_callable() const override { return true; }

  Value call(Arguments& arguments) override;
  [[nodiscard]] std::optional<std::size_t> length() const override;
  std::unique_ptr<Iterator> iterate() override;

  [[nodiscard]] bool is_sequence() const override { return false; }

  [[nodiscard]] std::string repr() const override;

 private:
  bool peek();
  std::int64_t count() const;
  Value cycle(const Arguments& arguments) const;
  Value changed(const Arguments& arguments);

  Value iterable_;
  mutable std::unique_ptr<Iterator> iterator_;
  mutable std::optional<std::int64_t> length_;
  UndefinedPolicy policy_;
  int depth0_;
  std::int64_t index0_ = -1;
  Value after_ = Value::missing();
  Value current_ = Value::missing();
  Value before_ = Value::missing();
  std::optional<std::vector<Value>> last_changed_;
  const ForStmt* statement_ = nullptr;
  std::optional<Frame> frame_;
  std::shared_ptr<const TemplateCode> code_;
  Ref<Activation> enclosing_;
};

}  // namespace floe::dbt
