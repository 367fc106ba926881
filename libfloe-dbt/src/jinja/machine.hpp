// Machine: the state of one run on one thread: how deep it is and which macros are running. Callables reach it through
// Arguments::machine, so that a nested render (a macro called by the adapter, `render()`) stays in the same call chain.
#pragma once

#include "jinja/context.hpp"
#include "value/value.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

// A dbt macro that is running.
struct RunningMacro {
  std::string_view unique_id;      // `macro.pkg.name`
  std::string_view template_name;  // its file
};

class Machine {
 public:
  explicit Machine(Context& context);
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  ~Machine();

  // The context of the template or macro that is running now.
  [[nodiscard]] Context& context() const { return *context_; }

  // Outermost first. dbt's context_macro_stack.
  [[nodiscard]] const std::vector<RunningMacro>& macros() const { return macros_; }

  // Nested calls allowed before RecursionError; the stack may set a lower bound.
  static constexpr int kMaxDepth = 400;

 private:
  friend class MachineAccess;  // the evaluator

  Meter::Run metered_;
  Context* context_;
  std::vector<RunningMacro> macros_;
  int depth_ = 0;
  int macro_depth_ = 0;  // >0: a `return()` has somewhere to go
  bool native_ = false;  // filters of dbt's native environment
  std::uintptr_t stack_base_;
  Value return_value_;
  std::vector<Ref<Counted>> escaped_;  // variables of functions whose macros outlived them
};

}  // namespace floe::dbt
