// Resolver: gives every name its slot by Jinja2's scoping rules (its idtracking), looks filters and tests up, folds
// constant output, and finds mistakes that Jinja reports when it compiles.
#pragma once

#include "jinja/code.hpp"

namespace floe::dbt {

// Fills in `code` after parsing. Raises TemplateSyntaxError.
void resolve_template(TemplateCode* code);

// Calls, and whether rendering is needed to know them. Reads a resolved or unresolved tree.
TemplateFacts collect_facts(Body& body);

// The value of an expression that depends on nothing but itself.
bool constant_value(const Expr& expr, bool native, Value* out);

}  // namespace floe::dbt
