// What the compiled tree needs while it runs: the variables of a function, and where its output goes.
#pragma once

#include "jinja/context.hpp"
#include "jinja/machine.hpp"
#include "value/containers.hpp"
#include "value/object.hpp"
#include "value/value.hpp"

#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace floe::dbt {

struct TemplateCode;

// The variables of one call of a template function (the template's body, a macro, a call block, a recursive loop).
// Functions defined inside keep it alive.
class Activation final : public Counted {
 public:
  Activation(std::size_t slot_count, Activation* enclosing) : slots(slot_count, Value::missing()), parent(enclosing) {}

  std::vector<Value> slots;
  Ref<Activation> parent;
};

// Thrown by `return(x)` where a status cannot carry it; caught by the running dbt macro.
struct ReturnSignal : std::exception {
  explicit ReturnSignal(Value returned) : value(std::move(returned)) {}

  Value value;
};

// Thrown while folding constants when an expression depends on the context.
struct NotConstant : std::exception {};

// The one function object behind the name `return`.
const Value& return_function();

struct Frame {
  Machine& machine;
  Context* context;  // nullptr: constant folding
  const TemplateCode* code;
  Activation* activation;
  std::string* out;            // nullptr: `pieces` collects
  std::vector<Value>* pieces;  // the native environment's output nodes
  UndefinedPolicy policy;
  bool native;
  int line = 0;
  // Jinja joins what a block wrote when the block ends, and only then finds an item that is no text: its type.
  std::string_view unjoinable = {};

  void finish_text() const;  // raises TypeError when there was one

  // The function `hops` levels out.
  [[nodiscard]] Activation* enclosing(std::uint32_t hops) const {
    Activation* at = activation;
    for (; hops > 0; --hops)
      at = at->parent.get();
    return at;
  }
};

// What the evaluator changes in a Machine.
class MachineAccess {
 public:
  static int& depth(Machine& machine) { return machine.depth_; }

  static int& macro_depth(Machine& machine) { return machine.macro_depth_; }

  static std::vector<RunningMacro>& macros(Machine& machine) { return machine.macros_; }

  static Context*& context(Machine& machine) { return machine.context_; }

  static Value& return_value(Machine& machine) { return machine.return_value_; }

  static bool& native(Machine& machine) { return machine.native_; }

  static std::vector<Ref<Counted>>& escaped(Machine& machine) { return machine.escaped_; }

  static std::uintptr_t stack_base(const Machine& machine) { return machine.stack_base_; }
};

// The variables of one running function, until it ends in whichever way: macros it defined hold them and are held by
// them, so the circle is cut here, or, when one of the macros lives on, at the end of the run.
class ActivationScope {
 public:
  ActivationScope(Machine& machine, std::size_t slot_count, Activation* enclosing)
      : machine_(machine), activation_(make_ref<Activation>(slot_count, enclosing)) {}

  ActivationScope(const ActivationScope&) = delete;
  ActivationScope& operator=(const ActivationScope&) = delete;
  ~ActivationScope();

  [[nodiscard]] Activation* get() const { return activation_.get(); }

 private:
  Machine& machine_;
  Ref<Activation> activation_;
};

// Counts a call; raises RecursionError when there are too many or the stack runs short.
class CallGuard {
 public:
  explicit CallGuard(Machine& machine);
  CallGuard(const CallGuard&) = delete;
  CallGuard& operator=(const CallGuard&) = delete;

  ~CallGuard() { --MachineAccess::depth(machine_); }

 private:
  Machine& machine_;
};

}  // namespace floe::dbt
