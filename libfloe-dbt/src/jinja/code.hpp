// The tree a template becomes: what the parser builds, the resolver completes and the evaluator runs.
#pragma once

#include "jinja/expression.hpp"
#include "jinja/statement.hpp"
#include "jinja/template.hpp"

#include <memory>
#include <string>
#include <vector>

namespace floe::dbt {

struct TemplateCode : std::enable_shared_from_this<TemplateCode> {
  std::string name;
  std::string source;  // normalized; tokens point into it
  bool native = false;
  bool dbt_tags = true;
  bool plain_text = false;
  Body body;
  Function root;
  std::vector<MacroDefinition> macros;
  std::vector<const MacroStmt*> macro_statements;  // one per definition
  TemplateFacts facts;
};

}  // namespace floe::dbt
