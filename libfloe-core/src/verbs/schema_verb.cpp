// floe schema KIND: the JSON Schema of a document.
#include "rules/contract/contract.hpp"
#include "schema/artifact_shape.hpp"
#include "schema/json_schema.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"

namespace floe::run {
namespace {

json::object artifact_schema() {
  return config::titled_schema("artifacts", "compiled_artifacts.json: what a compile decided",
                               config::shape_schema(artifact::kArtifactShape));
}

std::vector<std::string> kinds() {
  std::vector<std::string> out = config::document_kinds();
  out.insert(out.end(), {"contract", "artifacts"});
  return out;
}

Result<Answer> document_schema_of(Context& /*context*/, const json::object& request, DiagnosticSink& /*sink*/) {
  const std::string kind = FLOE_TRY(require_string(request, "kind"));
  if (kind == "contract") return Answer{to_json(contract::contract_schema()), 0};
  if (kind == "artifacts") return Answer{to_json(artifact_schema()), 0};
  if (const auto schema = config::document_schema(kind)) return Answer{to_json(*schema), 0};
  return failf(ErrorCode::kInternal, "`{}` has no schema", kind);
}

}  // namespace

Verb schema_verb() {
  return {
      .name = "schema",
      .summary = "print the JSON Schema of a document, for editors",
      .details = R"(The JSON Schema (2020-12) of that document.)",
      .request =
          Arguments().text("kind", "kind", "manifest, platform, product, contract or artifacts", true).among(kinds()),
      .answer = R"({"type": "object"})",
      .run = document_schema_of};
}

}  // namespace floe::run
