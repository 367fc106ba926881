// floe schema KIND: the JSON Schema of a document.
#include "config/json_schema.hpp"
#include "run/verbs.hpp"

#include "base/fail.hpp"

namespace floe::run {

Result<Answer> schema_verb(Context& /*context*/, const json::object& request, DiagnosticSink& /*sink*/) {
  const std::string kind = FLOE_TRY(require_string(request, "kind"));
  return Answer{to_json(FLOE_TRY(config::document_schema(kind))), 0};
}

}  // namespace floe::run
