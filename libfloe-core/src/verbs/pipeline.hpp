// What run, ingest, test and the commands of dbt are made of: compile, then stages over one warehouse.
#pragma once

#include "verbs/verb.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>

namespace floe::compile {
struct Compiled;
}

namespace floe::run {

// What of a verb runs, in this order.
struct Stages {
  bool ingestion = false;
  std::optional<std::string> dbt_command;
  bool delivery = false;

  [[nodiscard]] bool writes_models() const { return dbt_command == "run" || dbt_command == "build"; }
};

// Compiles and runs the stages, recorded under .floe/runs/<id>/. `verb` as the records have it.
Result<Answer> run_stages(Context& context, const json::object& request, const std::string& verb, const Stages& stages,
                          DiagnosticSink& sink);

// JSON Schema of what run_stages answers.
std::string run_answer_schema();

// dbt's parse or ls: reads the project only, no warehouse, no run record. parse leaves target/manifest.json.
Result<Answer> read_project(Context& context, const compile::Compiled& compiled, const std::string& command,
                            const json::object& args, DiagnosticSink& sink);

}  // namespace floe::run
