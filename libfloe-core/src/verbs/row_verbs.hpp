// Verbs that give or take rows as Arrow streams, which no JSON request has.
#pragma once

#include "engine/context.hpp"
#include "verbs/verb.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"
#include "floe/arrow.hpp"

namespace floe::run {

// Rows of a relation as a stream, for floe_show_stream; keeps what it reads from alive.
Result<ArrowStream> show_rows(Context& context, const json::object& request, DiagnosticSink& sink);

// A method of a plugin by name. `rows_in` may be empty. Rows that the method returns go to `rows_out` as a stream that
// keeps alive what it reads from; with nullptr they are in the answer.
Result<Answer> call_plugin(Context& context, const json::object& request, ArrowStream rows_in, ArrowStream* rows_out);

}  // namespace floe::run
