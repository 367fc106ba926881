// floe dbt ...: dbt commands with dbt's own meaning and flags.
#include "engine/compiled_project.hpp"
#include "verbs/answer_text.hpp"
#include "verbs/pipeline.hpp"
#include "verbs/pipeline_arguments.hpp"
#include "verbs/verb_table.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

// Of commands that read the project only.
constexpr const char* kReadAnswer = R"({"type": "object", "required": ["success", "lines", "manifest_path"],
  "properties": {"success": {"type": "boolean"}, "results": {"type": "array"}, "show": {"type": "null"},
    "lines": {"type": "array", "items": {"type": "string"}}, "manifest_path": {"type": "string"}}})";

Arguments project_arguments() {
  return Arguments()
      .path("--project-dir", "project_dir", "directory of dbt_project.yml")
      .path("--profiles-dir", "profiles_dir", "directory of profiles.yml")
      .text("--profile", "profile", "profile name")
      .path("--target-path", "target_path", "where artifacts go")
      .ignored({"--partial-parse,--no-partial-parse", "--version-check,--no-version-check",
                "--use-colors,--no-use-colors", "--send-anonymous-usage-stats,--no-send-anonymous-usage-stats",
                "--static-parser,--no-static-parser", "--write-json,--no-write-json",
                "--populate-cache,--no-populate-cache", "--cache-selected-only,--no-cache-selected-only"})
      .refused("--defer,--no-defer", "build what the selection reads, or select its ancestors with `+`")
      .refused("--favor-state,--no-favor-state", "there is no --defer")
      .refused("--state", "no earlier manifest is compared; select by tag, path or name")
      .refused("--defer-state", "there is no --defer")
      .refused("--sample", "limit the rows with a var")
      .refused("--event-time-start", "there is no microbatch strategy")
      .refused("--event-time-end", "there is no microbatch strategy")
      .refused("--warn-error", "warnings stay warnings")
      .refused("--warn-error-options", "warnings stay warnings");
}

Arguments type_arguments() {
  return Arguments()
      .words("--resource-type,--resource-types", "resource_type", "only these: model, test, seed, source, ...")
      .words("--exclude-resource-type,--exclude-resource-types", "exclude_resource_type", "all but these");
}

// dbt is started in another folder than the one that a relative path starts at.
json::object with_absolute_profiles(const Context& context, json::object request) {
  if (const auto given = get_string(request, "profiles_dir"); given && !io::is_absolute_path(*given))
    request["profiles_dir"] = io::normalize_path(io::join_path(context.options().directory, *given));
  return request;
}

// Reads the project only.
VerbFunction reads(const std::string& command) {
  return [command](Context& context, const json::object& request, DiagnosticSink& sink) -> Result<Answer> {
    const auto compiled = FLOE_TRY(load_project(context, request, sink));
    return read_project(context, compiled, command, with_absolute_profiles(context, request), sink);
  };
}

VerbFunction executes(const std::string& command) {
  return [command](Context& context, const json::object& request, DiagnosticSink& sink) {
    const json::object given = with_absolute_profiles(context, request);
    return run_stages(context, given, "dbt " + command, {false, command, false}, sink);
  };
}

AnswerText parse_text(const json::object& answer, const TextStyle& /*style*/) {
  return {"", fmt::format("Wrote {}\n", get_string_or(answer, "manifest_path", ""))};
}

AnswerText list_text(const json::object& answer, const TextStyle& /*style*/) { return {lines_text(answer), ""}; }

AnswerText execution_text(const json::object& answer, const TextStyle& style) {
  return {lines_text(answer), run_text(answer, style)};
}

AnswerText compiled_text(const json::object& answer, const TextStyle& style) {
  return list_of(answer, "lines").empty() ? execution_text(answer, style) : list_text(answer, style);
}

AnswerText shown_text(const json::object& answer, const TextStyle& style) {
  return answer.contains("columns") ? AnswerText{rows_text(answer, style), ""} : execution_text(answer, style);
}

Verb executing(const std::string& command) {
  return {.name = "dbt " + command,
          .summary = "dbt " + command,
          .details = "",
          .request = execution_arguments()
                         .add(project_arguments())
                         .add(type_arguments())
                         .flag("--store-failures", "store_failures", "keep failing rows of tests")
                         .flag("--empty", "empty", "read no rows of refs and sources: build the tables only"),
          .answer = run_answer_schema(),
          .run = executes(command),
          .text = execution_text};
}

}  // namespace

Verb dbt_parse_verb() {
  return {.name = "dbt parse",
          .summary = "read the project and write manifest.json",
          .details = "No warehouse is opened.",
          .request = project_arguments()
                         .add(vars_argument())
                         .add(target_argument())
                         .text("--invocation-id", "invocation_id", "id to write into the artifacts"),
          .answer = kReadAnswer,
          .run = reads("parse"),
          .text = parse_text};
}

Verb dbt_compile_verb() {
  return {
      .name = "dbt compile",
      .summary = "render models and tests to target/compiled",
      .details = "",
      .request =
          execution_arguments().add(project_arguments()).text("--inline", "inline", "SQL to compile instead of nodes"),
      .answer = run_answer_schema(),
      .run = executes("compile"),
      .text = compiled_text};
}

Verb dbt_ls_verb() {
  return {.name = "dbt ls",
          .summary = "print the nodes a selection names",
          .details = "No warehouse is opened.",
          .request = selection_arguments()
                         .add(project_arguments())
                         .add(type_arguments())
                         .add(vars_argument())
                         .add(target_argument())
                         .text("--invocation-id", "invocation_id", "id to write into the artifacts")
                         .text("--output", "output", "selector (default), json, name or path")
                         .among({"selector", "json", "name", "path"})
                         .words("--output-keys", "output_keys", "keys of --output json"),
          .answer = kReadAnswer,
          .run = reads("ls"),
          .text = list_text,
          .aliases = {"list"}};
}

Verb dbt_seed_verb() { return executing("seed"); }

Verb dbt_snapshot_verb() { return executing("snapshot"); }

Verb dbt_run_verb() { return executing("run"); }

Verb dbt_test_verb() { return executing("test"); }

Verb dbt_build_verb() { return executing("build"); }

Verb dbt_show_verb() {
  return {.name = "dbt show",
          .summary = "run a model's query, or --inline SQL, and print rows",
          .details = "",
          .request = execution_arguments()
                         .add(project_arguments())
                         .text("--inline", "inline", "SQL to run")
                         .number("--limit", "limit", -1, "rows to print (default 5)"),
          .answer = run_answer_schema(),
          .run = executes("show"),
          .text = shown_text};
}

Verb dbt_run_operation_verb() {
  return {.name = "dbt run-operation",
          .summary = "call a macro",
          .details = "",
          .request = Arguments()
                         .text("macro", "macro", "macro name", true)
                         .add(project_arguments())
                         .mapping("--args", "args", "arguments as YAML or JSON")
                         .add(vars_argument())
                         .add(target_argument()),
          .answer = run_answer_schema(),
          .run = executes("run-operation"),
          .text = execution_text};
}

}  // namespace floe::run
