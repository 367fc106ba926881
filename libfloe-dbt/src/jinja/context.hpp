// Context: where a template's free names come from. The host implements it; DictContext is enough for most uses.
#pragma once

#include "value/containers.hpp"
#include "value/value.hpp"

#include <string>
#include <string_view>

namespace floe::dbt {

class Context {
 public:
  virtual ~Context() = default;

  // The value of a free name; false when there is none (the template then sees Undefined, see undefined_policy).
  // Asked at most once per name and frame; names a template assigns itself never arrive. May raise.
  virtual bool resolve(const StringObject& name, Value* out) = 0;

  [[nodiscard]] virtual UndefinedPolicy undefined_policy() const { return UndefinedPolicy::kDefault; }

  // A dbt macro is about to run in this context; depth 0 = called by the template itself, not by another macro.
  // dbt records depends_on.macros here.
  virtual void on_macro_call(std::string_view /*unique_id*/, std::size_t /*depth*/) {}
};

// Names from a dict. Templates do not see later changes of other dicts, but do see changes of this one.
class DictContext : public Context {
 public:
  explicit DictContext(Value globals, UndefinedPolicy policy = UndefinedPolicy::kDefault)
      : globals_(std::move(globals)), policy_(policy) {}

  bool resolve(const StringObject& name, Value* out) override;

  [[nodiscard]] UndefinedPolicy undefined_policy() const override { return policy_; }

 private:
  Value globals_;
  UndefinedPolicy policy_;
};

}  // namespace floe::dbt
