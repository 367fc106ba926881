// floe run, ingest and test.
#include "verbs/answer_text.hpp"
#include "verbs/pipeline.hpp"
#include "verbs/pipeline_arguments.hpp"
#include "verbs/verb_table.hpp"

namespace floe::run {
namespace {

Result<Answer> run_all(Context& context, const json::object& request, DiagnosticSink& sink) {
  return run_stages(context, request, "run", {true, "build", true}, sink);
}

Result<Answer> run_ingestion(Context& context, const json::object& request, DiagnosticSink& sink) {
  return run_stages(context, request, "ingest", {true, std::nullopt, false}, sink);
}

Result<Answer> run_tests(Context& context, const json::object& request, DiagnosticSink& sink) {
  return run_stages(context, request, "test", {false, "test", false}, sink);
}

AnswerText run_answer_text(const json::object& answer, const TextStyle& style) { return {"", run_text(answer, style)}; }

}  // namespace

Verb run_verb() {
  return {.name = "run",
          .summary = "compile, ingest, then build and test everything selected",
          .details = "The whole pipeline. A failed node is exit code 1, not an error.",
          .request =
              execution_arguments().text("--schedule", "schedule", "only the transforms of this schedule of floe.yaml"),
          .answer = run_answer_schema(),
          .run = run_all,
          .text = run_answer_text,
          .aliases = {"build"}};
}

Verb ingest_verb() {
  return {.name = "ingest",
          .summary = "compile, then load the raw sources only",
          .details = "",
          .request = Arguments().words("-s,--select", "select", "names of sources to load").add(locked_argument()),
          .answer = run_answer_schema(),
          .run = run_ingestion,
          .text = run_answer_text};
}

Verb test_verb() {
  return {.name = "test",
          .summary = "compile, then run the tests only",
          .details = "A failed test is exit code 1, not an error.",
          .request = execution_arguments(),
          .answer = run_answer_schema(),
          .run = run_tests,
          .text = run_answer_text};
}

}  // namespace floe::run
