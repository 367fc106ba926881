// Template: parsed once, never changed, rendered from any number of threads at a time.
#pragma once

#include "value/value.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::dbt {

struct TemplateCode;  // the compiled tree, jinja/code.hpp

// A parameter of a macro as written.
struct MacroParameter {
  std::string name;
  std::string type;  // annotation (`List[str]`), empty when none
  bool has_default = false;
  std::optional<Value> constant_default;  // when the default is a constant expression
};

enum class MacroForm : std::uint8_t { kMacro, kMaterialization, kTest, kDocs };

// A macro at the top level of a template.
struct MacroDefinition {
  MacroForm form = MacroForm::kMacro;
  std::string name;     // dbt's name: `x`, `materialization_table_default`, `test_unique`, docs: the block's name
  std::string symbol;   // the name in messages and in the template's scope: `dbt_macro__x`
  std::string adapter;  // materialization only: `default` or the adapter's type
  std::vector<std::string> supported_languages;  // materialization only
  std::vector<MacroParameter> parameters;
  int line = 1;
};

// One argument of a call as far as it is known without rendering.
struct CallArgument {
  std::string name;               // empty: positional
  std::optional<Value> constant;  // nullopt: computed
};

// A call with a dotted name: `ref('a')`, `adapter.dispatch('m', 'ns')`, `dbt_utils.star(x)`.
struct CallFact {
  std::string name;  // `ref`, `adapter.dispatch`, `dbt_utils.star`
  std::vector<CallArgument> arguments;
  bool has_unpacking = false;  // *args or **kwargs
  int line = 0;
};

struct TemplateFacts {
  std::vector<CallFact> calls;  // every call, in source order, nested ones after their outer call
  // The whole template is text, comments and `{{ f(constants) }}` with f one of ref, source, config: nothing depends
  // on the context, so a model needs no rendering to be understood.
  bool only_constant_calls = false;
};

class Template {
 public:
  explicit Template(std::shared_ptr<const TemplateCode> code);
  ~Template();
  Template(const Template&) = delete;
  Template& operator=(const Template&) = delete;

  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] const std::string& source() const;
  [[nodiscard]] bool is_plain_text() const;  // no tags at all
  [[nodiscard]] const std::vector<MacroDefinition>& macros() const;
  [[nodiscard]] const TemplateFacts& facts() const;

  [[nodiscard]] const TemplateCode& code() const { return *code_; }

 private:
  std::shared_ptr<const TemplateCode> code_;
};

using TemplatePtr = std::shared_ptr<const Template>;

}  // namespace floe::dbt
