// The platform's audit sinks: telemetry backends that get every line of the audit log, so that somebody else has its
// head (decision 0056).
#pragma once

#include "engine/audit_log.hpp"
#include "engine/context.hpp"

#include "base/result.hpp"

#include <set>
#include <string>
#include <vector>

namespace floe::run {

// One request without records to each. FLOE-E0808 in the detail "floe.diagnostics": one cannot be opened, or takes
// nothing.
Status check_audit_sinks(Context& context, const std::vector<compile::PluginChoice>& sinks);

// Ends the line of the context's command, and sends it as the body of one OTLP log record, byte for byte: its SHA-256
// is the head of the log. Error as of AuditLog::finish() and check_audit_sinks().
Status finish_audit(Context& context, int exit_code, const std::set<std::string>& findings);

}  // namespace floe::run
