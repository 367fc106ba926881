// The arguments of a call as written, and evaluated.
#pragma once

#include "jinja/frame.hpp"
#include "jinja/node.hpp"
#include "value/value.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace floe::dbt {

struct CallArguments {
  std::vector<ExprPtr> positional;
  std::vector<std::pair<Value, ExprPtr>> named;
  ExprPtr star;
  ExprPtr double_star;
  void children(ChildVisitor& visitor);

  [[nodiscard]] bool empty() const { return positional.empty() && named.empty() && !star && !double_star; }
};

// Evaluated arguments on the stack, or on the heap when there are many.
class ArgumentBuffer {
 public:
  // `subject` comes first when given (filters); `caller` is added as a keyword.
  ArgumentBuffer(const CallArguments& arguments, Frame& frame, const Value* subject = nullptr,
                 const Value* caller = nullptr);
  ArgumentBuffer(const ArgumentBuffer&) = delete;
  ArgumentBuffer& operator=(const ArgumentBuffer&) = delete;
  ~ArgumentBuffer();

  [[nodiscard]] Arguments get(Frame& frame) const {
    return Arguments{frame.machine, {positional_, positional_count_}, {named_, named_count_}};
  }

 private:
  void evaluate(const CallArguments& arguments, Frame& frame, const Value* subject, const Value* caller);
  void add_named(const Value& name, Value value, bool unpacked);

  static constexpr std::size_t kInline = 4;
  alignas(Value) unsigned char inline_positional_[kInline * sizeof(Value)];
  alignas(NamedValue) unsigned char inline_named_[kInline * sizeof(NamedValue)];
  std::vector<Value> heap_positional_;
  std::vector<NamedValue> heap_named_;
  Value* positional_;
  NamedValue* named_;
  std::size_t positional_count_ = 0;
  std::size_t named_count_ = 0;
  bool on_heap_ = false;
};

}  // namespace floe::dbt
