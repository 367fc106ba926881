// Macros as values: those a template defines for itself, and dbt's, which run with the context alone.
#pragma once

#include "jinja/code.hpp"
#include "jinja/template.hpp"

#include <memory>
#include <string>

namespace floe::dbt {

// jinja2.runtime.Macro.
class MacroObject final : public Object {
 public:
  MacroObject(const MacroStmt* statement, const Frame& frame)
      : statement_(statement),
        code_(frame.code->shared_from_this()),
        closure_(frame.activation),
        context_(frame.context) {}

  [[nodiscard]] std::string_view type_name() const override { return "Macro"; }

  [[nodiscard]] std::string repr() const override;

  [[nodiscard]] bool is_callable() const override { return true; }

  bool get_attr(const StringObject& name, Value* out) override;
  Value call(Arguments& arguments) override;

  [[nodiscard]] const Activation* closure() const { return closure_.get(); }

 private:
  const MacroStmt* statement_;
  std::shared_ptr<const TemplateCode> code_;
  Ref<Activation> closure_;
  Context* context_;
};

// dbt's MacroGenerator.
class DbtMacro final : public Object {
 public:
  DbtMacro(TemplatePtr tpl, const MacroStmt* statement, std::string unique_id, Context& context)
      : template_(std::move(tpl)), statement_(statement), unique_id_(std::move(unique_id)), context_(&context) {}

  [[nodiscard]] std::string_view type_name() const override { return "MacroGenerator"; }

  [[nodiscard]] bool is_callable() const override { return true; }

  bool get_attr(const StringObject& name, Value* out) override;
  Value call(Arguments& arguments) override;

 private:
  Value run(Arguments& arguments);

  TemplatePtr template_;
  const MacroStmt* statement_;
  std::string unique_id_;
  Context* context_;
};

}  // namespace floe::dbt
