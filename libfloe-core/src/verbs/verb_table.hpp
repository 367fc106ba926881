// All verbs, in the order of help. A new one is a row here; its file ends with the function that the row names.
#pragma once

#include "verbs/verb.hpp"

#include <string>
#include <string_view>
#include <vector>

#define FLOE_VERBS(VERB)  \
  VERB(compile)           \
  VERB(verify)            \
  VERB(run)               \
  VERB(ingest)            \
  VERB(test)              \
  VERB(show)              \
  VERB(table_list)        \
  VERB(table_describe)    \
  VERB(table_history)     \
  VERB(table_refs)        \
  VERB(table_files)       \
  VERB(table_verify)      \
  VERB(table_register)    \
  VERB(dbt_parse)         \
  VERB(dbt_compile)       \
  VERB(dbt_ls)            \
  VERB(dbt_seed)          \
  VERB(dbt_snapshot)      \
  VERB(dbt_run)           \
  VERB(dbt_test)          \
  VERB(dbt_build)         \
  VERB(dbt_show)          \
  VERB(dbt_run_operation) \
  VERB(platform_compile)  \
  VERB(platform_show)     \
  VERB(platform_diff)     \
  VERB(platform_test)     \
  VERB(docs_build)        \
  VERB(lineage)           \
  VERB(schema)            \
  VERB(plugin_list)       \
  VERB(plugin_show)       \
  VERB(plugin_trace)      \
  VERB(plugin_why)        \
  VERB(plugin_new)        \
  VERB(plugin_call)       \
  VERB(plugin_check)      \
  VERB(contract_validate) \
  VERB(contract_diff)     \
  VERB(contract_generate) \
  VERB(contract_drift)    \
  VERB(contract_check)    \
  VERB(product_list)      \
  VERB(product_show)      \
  VERB(product_graph)     \
  VERB(product_register)  \
  VERB(governance_report) \
  VERB(audit_verify)      \
  VERB(audit_resume)      \
  VERB(explain)           \
  VERB(doctor)            \
  VERB(init)

namespace floe::run {

#define FLOE_DECLARE_VERB(name) Verb name##_verb();
FLOE_VERBS(FLOE_DECLARE_VERB)
#undef FLOE_DECLARE_VERB

// Made at the first call. With those of groups that are like another one: "enterprise diff".
const std::vector<Verb>& verbs();

// By its name or an alias: "dbt list"; nullptr when there is none.
const Verb* find_verb(std::string_view name);

// kInvalidArgument: there is no such verb; says what was probably meant.
Error unknown_verb(std::string_view name);

// {"version": 1, "groups": [{"name", "summary"}], "verbs": [{"name", "aliases", "summary", "details", "request",
// "answer", "junit"}]}: for programs that offer the verbs, as the command line and bindings do.
const std::string& verbs_json();

// The answer as text for people, with control characters made visible.
AnswerText text_of_answer(const Verb& verb, const json::object& answer, const TextStyle& style);

}  // namespace floe::run
