#include "jinja/macro.hpp"

#include "jinja/environment.hpp"

#include <fmt/format.h>

#include <optional>

namespace floe::dbt {

// --- Machine

namespace {

constexpr std::uintptr_t kStackBudget = std::uintptr_t{4} << 20;  // of the 8 MiB threads usually have

std::uintptr_t stack_position() { return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)); }

}  // namespace

Machine::Machine(Context& context) : context_(&context), stack_base_(stack_position()) {}

Machine::~Machine() {
  for (const Ref<Counted>& escaped : escaped_)
    static_cast<Activation&>(*escaped).slots.clear();
}

CallGuard::CallGuard(Machine& machine) : machine_(machine) {
  std::uintptr_t base = MachineAccess::stack_base(machine);
  std::uintptr_t here = stack_position();
  std::uintptr_t used = base > here ? base - here : here - base;
  if (MachineAccess::depth(machine) >= Machine::kMaxDepth || used > kStackBudget) {
    raise(ExceptionKind::kRecursionError, "maximum recursion depth exceeded");
  }
  ++MachineAccess::depth(machine);
}

ActivationScope::~ActivationScope() {
  auto own_macro = [this](const Value& slot) -> const MacroObject* {
    auto* macro = slot.object_as<MacroObject>();
    return macro != nullptr && macro->closure() == activation_.get() ? macro : nullptr;
  };
  for (const Value& slot : activation_->slots) {
    const MacroObject* macro = own_macro(slot);
    if (macro == nullptr || macro->references() == 1) continue;
    MachineAccess::escaped(machine_).emplace_back(activation_.get());
    return;
  }
  for (Value& slot : activation_->slots) {
    if (own_macro(slot) != nullptr) slot = Value::missing();
  }
}

// --- Macro statements

Status MacroStmt::run(Frame& frame) const {
  Value macro(make_ref<MacroObject>(this, frame));
  if (kind == StmtKind::kMacro) {
    name_target->slot(frame) = std::move(macro);
    return Status::kNext;
  }
  Value result = target->invoke(frame, &macro);
  write_unconverted(frame, result);
  return Status::kNext;
}

void MacroStmt::children(ChildVisitor& visitor) {
  if (target) {
    visitor.visit(target->target);
    target->arguments.children(visitor);
  }
  for (auto& parameter : signature.parameters) {
    ExprPtr child(parameter.release());  // lent for the visit
    visitor.visit(child);
    parameter.reset(static_cast<NameExpr*>(child.release()));
  }
  for (ExprPtr& value : signature.defaults)
    visitor.visit(value);
  visitor.visit(body);
}

void MacroStmt::bind(Activation& activation, const Arguments& arguments, UndefinedPolicy policy) const {
  static const Value& caller_name = intern("caller");
  const auto& parameters = signature.parameters;
  std::size_t given = std::min(arguments.positional.size(), parameters.size());
  std::vector<bool> used(arguments.named.size());
  bool found_caller = given == parameters.size() && explicit_caller;
  auto take_named = [&](const Value& wanted) {
    for (std::size_t index = 0; index < arguments.named.size(); ++index) {
      if (!used[index] && arguments.named[index].name.as_string() == wanted.as_string()) {
        used[index] = true;
        return arguments.named[index].value;
      }
    }
    return Value::missing();
  };
  for (std::size_t index = 0; index < parameters.size(); ++index) {
    Value& slot = activation.slots[parameters[index]->where.slot];
    if (index < given) {
      slot = arguments.positional[index];
    } else {
      slot = take_named(parameters[index]->name);
      found_caller = found_caller || is_same(parameters[index]->name, caller_name);
    }
  }
  if (accesses_caller && !found_caller) {
    Value caller = take_named(caller_name);
    if (caller.is_missing() || caller.is_none()) caller = make_undefined_hint("No caller defined", caller_name, policy);
    activation.slots[caller_slot] = std::move(caller);
  }
  bind_rest(activation, arguments, used);
}

void MacroStmt::bind_rest(Activation& activation, const Arguments& arguments, std::vector<bool>& used) const {
  std::string shown = kind == StmtKind::kCallBlock ? "None" : to_repr(name);
  if (accesses_kwargs) {
    auto rest = make_ref<DictObject>();
    for (std::size_t index = 0; index < arguments.named.size(); ++index) {
      if (!used[index]) rest->set(arguments.named[index].name, arguments.named[index].value);
    }
    activation.slots[kwargs_slot] = Value(rest);
  } else {
    const Value* unexpected = nullptr;
    for (std::size_t index = 0; index < arguments.named.size(); ++index) {
      if (used[index]) continue;
      if (arguments.named[index].name.as_string() == "caller") {
        raise(ExceptionKind::kTypeError,
              fmt::format("macro {} was invoked with two values for the special caller argument. This is most likely "
                          "a bug.",
                          shown));
      }
      if (unexpected == nullptr) unexpected = &arguments.named[index].name;
    }
    if (unexpected != nullptr) {
      raise(ExceptionKind::kTypeError,
            fmt::format("macro {} takes no keyword argument {}", shown, to_repr(*unexpected)));
    }
  }
  std::size_t count = signature.parameters.size();
  if (accesses_varargs) {
    std::vector<Value> rest;
    for (std::size_t index = count; index < arguments.positional.size(); ++index) {
      rest.push_back(arguments.positional[index]);
    }
    activation.slots[varargs_slot] = Value::tuple(std::move(rest));
  } else if (arguments.positional.size() > count) {
    raise(ExceptionKind::kTypeError, fmt::format("macro {} takes not more than {} argument(s)", shown, count));
  }
}

void MacroStmt::fill_defaults(Frame& frame) const {
  const auto& parameters = signature.parameters;
  std::size_t without = parameters.size() - signature.defaults.size();
  for (std::size_t index = 0; index < parameters.size(); ++index) {
    Value& slot = frame.activation->slots[parameters[index]->where.slot];
    if (!slot.is_missing()) continue;
    if (index >= without) {
      Value value = signature.defaults[index - without]->eval(frame);
      frame.activation->slots[parameters[index]->where.slot] = std::move(value);
    } else {
      slot = make_undefined_hint(fmt::format("parameter {} was not provided", to_repr(parameters[index]->name)),
                                 parameters[index]->name, frame.policy);
    }
  }
}

Value MacroStmt::call(const TemplateCode& code, Activation* closure, Context& context, Arguments& arguments,
                      bool keep_return, bool* returned) const {
  CallGuard guard(arguments.machine);
  ActivationScope activation(arguments.machine, function.slot_count, closure);
  std::string text;
  Frame frame{arguments.machine,          &context,    &code, activation.get(), &text, nullptr,
              context.undefined_policy(), code.native, line};
  Status status = Status::kNext;
  try {
    function.entry.enter(frame);
    bind(*activation.get(), arguments, frame.policy);
    fill_defaults(frame);
    status = run_body(body, frame);
    if (status != Status::kReturn) frame.finish_text();
  } catch (PythonException& exception) {
    exception.frames().push_back(TemplateFrame{code.name, {}, frame.line});
    throw;
  }
  if (status != Status::kReturn) return Value(std::move(text));
  Value result = std::exchange(MachineAccess::return_value(arguments.machine), Value());
  if (!keep_return) throw ReturnSignal{std::move(result)};
  *returned = true;
  return result;
}

// --- Macro objects

std::string MacroObject::repr() const {
  return statement_->kind == StmtKind::kCallBlock ? "<Macro anonymous>" : "<Macro " + to_repr(statement_->name) + ">";
}

bool MacroObject::get_attr(const StringObject& name, Value* out) {
  std::string_view text = name.view();
  if (text == "name") {
    *out = statement_->name;
  } else if (text == "arguments") {
    std::vector<Value> names;
    names.reserve(statement_->signature.parameters.size());
    for (const auto& parameter : statement_->signature.parameters)
      names.push_back(parameter->name);
    *out = Value::list(std::move(names));
  } else if (text == "catch_kwargs") {
    *out = statement_->accesses_kwargs;
  } else if (text == "catch_varargs") {
    *out = statement_->accesses_varargs;
  } else if (text == "caller") {
    *out = statement_->accesses_caller;
  } else if (text == "explicit_caller") {
    *out = statement_->explicit_caller;
  } else {
    return false;
  }
  return true;
}

Value MacroObject::call(Arguments& arguments) {
  bool returned = false;
  return statement_->call(*code_, closure_.get(), *context_, arguments, false, &returned);
}

bool DbtMacro::get_attr(const StringObject& name, Value* out) {
  if (name.view() != "name") return false;
  *out = Value(statement_->plain_name);
  return true;
}

Value DbtMacro::run(Arguments& arguments) {
  const TemplateCode& code = template_->code();
  std::optional<ActivationScope> root;
  if (statement_->function.uses_enclosing) {
    // The macro reads names of its template's own level: run that level first, as making the module does.
    root.emplace(arguments.machine, code.root.slot_count, nullptr);
    std::string ignored;
    Frame frame{arguments.machine, context_, &code, root->get(), &ignored, nullptr, context_->undefined_policy(),
                code.native,       1};
    code.root.entry.enter(frame);
    run_body(code.body, frame);
  }
  bool returned = false;
  try {
    return statement_->call(code, root ? root->get() : nullptr, *context_, arguments, true, &returned);
  } catch (ReturnSignal& signal) {
    return std::move(signal.value);
  }
}

Value DbtMacro::call(Arguments& arguments) {
  struct Running {
    Running(Machine& running, Context* now, const DbtMacro& macro)
        : machine(running), before(MachineAccess::context(running)) {
      context(machine) = now;
      MachineAccess::macros(machine).push_back({macro.unique_id_, macro.template_->name()});
      ++MachineAccess::macro_depth(machine);
    }

    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    ~Running() {
      --MachineAccess::macro_depth(machine);
      MachineAccess::macros(machine).pop_back();
      context(machine) = before;
    }

    static Context*& context(Machine& of) { return MachineAccess::context(of); }

    Machine& machine;
    Context* before;
  };

  context_->on_macro_call(unique_id_, arguments.machine.macros().size());
  Running running(arguments.machine, context_, *this);
  try {
    return run(arguments);
  } catch (PythonException& exception) {
    std::vector<TemplateFrame>& frames = exception.frames();
    if (frames.empty() || !frames.back().macro.empty()) {
      frames.push_back(TemplateFrame{template_->name(), unique_id_, statement_->line});
    } else {
      frames.back().macro = unique_id_;
    }
    throw;
  }
}

Value make_macro(TemplatePtr tpl, std::string_view name, std::string unique_id, Context& context) {
  const TemplateCode& code = tpl->code();
  for (std::size_t index = 0; index < code.macros.size(); ++index) {
    if (code.macros[index].name != name) continue;
    const MacroStmt* statement = code.macro_statements[index];
    return Value(make_ref<DbtMacro>(std::move(tpl), statement, std::move(unique_id), context));
  }
  raise(ExceptionKind::kCompilation, fmt::format("the template `{}` defines no macro `{}`", tpl->name(), name));
}

}  // namespace floe::dbt
