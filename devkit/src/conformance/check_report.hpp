// What the checks found, as the answer of `floe plugin check`.
#pragma once

#include "conformance/runner.hpp"

namespace floe::conformance {

// floe.check/1: {"schema", "plugin": {id, name, group, version, path}, "checks": [{id, level, title, verdict, took_ms,
// findings: [{method, message}]}], "summary": {passed, warned, failed, skipped}}
json::object check_report(const Subject& subject, const std::vector<CheckResult>& results);

}  // namespace floe::conformance
