// The objects and functions a RenderScope gives to templates.
#pragma once

#include "macro/render_scope.hpp"

#include <string>
#include <string_view>

namespace floe::dbt {

Value make_ref_function(RenderScope& scope);
Value make_source_function(RenderScope& scope);
Value make_var_function(RenderScope& scope);
Value make_env_var_function(RenderScope& scope);
Value make_config_object(RenderScope& scope);
Value make_adapter_object(RenderScope& scope);
Value make_exceptions_namespace(RenderScope& scope);
Value make_macro_namespace(RenderScope& scope, std::string package);  // `dbt_utils.star`
Value make_context_object(RenderScope& scope);                        // `context`
Value make_builtins_namespace(RenderScope& scope);                    // `builtins`
Value macro_value_dict(const Macro& macro);
Value make_validation();  // `validation.any`
// log, print, render, write, load_result, store_result, store_raw_result, load_agate_table, try_or_compiler_error,
// adapter_macro. Missing: none of these.
Value make_scope_function(RenderScope& scope, std::string_view name);

// What adapter.<name>() gives while parsing; false when the method has no stand-in.
bool parse_time_adapter_result(std::string_view name, Value* out);

}  // namespace floe::dbt
