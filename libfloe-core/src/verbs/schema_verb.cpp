// floe schema KIND: the JSON Schema of a document.
#include "rules/contract/contract.hpp"
#include "schema/artifact_shape.hpp"
#include "schema/json_schema.hpp"
#include "verbs/verbs.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::run {
namespace {

json::object artifact_schema() {
  return config::titled_schema("artifacts", "compiled_artifacts.json: what a compile decided",
                               config::shape_schema(artifact::kArtifactShape));
}

}  // namespace

Result<Answer> schema_verb(Context& /*context*/, const json::object& request, DiagnosticSink& /*sink*/) {
  const std::string kind = FLOE_TRY(require_string(request, "kind"));
  if (kind == "contract") return Answer{to_json(contract::contract_schema()), 0};
  if (kind == "artifacts") return Answer{to_json(artifact_schema()), 0};
  if (const auto schema = config::document_schema(kind)) return Answer{to_json(*schema), 0};
  return failf(ErrorCode::kNotFound, "there is no schema `{}`; there are {}, contract, artifacts", kind,
               text::join(config::document_kinds(), ", "));
}

}  // namespace floe::run
