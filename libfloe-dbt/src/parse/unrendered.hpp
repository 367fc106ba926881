// What unrendered_config keeps of a config() call: its keyword arguments as source text.
#pragma once

#include "jinja/template.hpp"
#include "value/value.hpp"

namespace floe::dbt {

// A dict of the first config(...) call in the template: plain text constants as they are, everything else as dbt writes
// the expression (`var('x', 1)`, `['a', 'b']`). None when there is no such call.
Value unrendered_config_call(const Template& tpl);

// Whether dbt's static extractor takes this template, which keeps constants as values instead of text.
bool is_statically_extracted(const Template& tpl);

}  // namespace floe::dbt
