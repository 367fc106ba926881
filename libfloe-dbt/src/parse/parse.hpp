// parse_project: files -> Session with a complete Manifest.
#pragma once

#include "macro/session.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <memory>
#include <string>

namespace floe::dbt {

struct ParseOptions {
  WorkspaceOptions workspace;
  std::string invocation_id;               // empty: a new one
  std::int64_t run_started_at_micros = 0;  // 0: now
  Value flags = Value::dict();             // upper-case names over the defaults
  Value invocation_args = Value::dict();
};

// Everything wrong in the project goes to `sink`, all of it in one pass as far as that is possible. Null when there is
// no project at all; otherwise the session, to be used only when the sink has no errors.
std::unique_ptr<Session> parse_project(const ParseOptions& options, io::FileSystem& files,
                                       const io::Environment& environment, const io::Clock& clock, ScopeHost* host,
                                       DiagnosticSink& sink);

// The arguments of a generic test with their templates rendered: what `_dbt_generic_test_kwargs` holds.
Result<Value> render_test_kwargs(const Session& session, Context& scope, const Node& node);

// A template error of a node or macro as a finding with its place.
Diagnostic render_diagnostic(const Session& session, const Node& node, const Error& error);

}  // namespace floe::dbt
