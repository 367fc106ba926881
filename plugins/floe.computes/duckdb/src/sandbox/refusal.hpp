// A statement that the sandbox does not let through, as a finding.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/result.hpp"

#include <string>
#include <utility>

namespace floe::duckdb_compute {

inline Error refused(const char* code, const char* name, std::string message, std::string note, std::string help) {
  return diagnostics_error(
      ErrorCode::kUnsupported,
      error_diagnostic(code, name, std::move(message)).note(std::move(note)).help(std::move(help)));
}

}  // namespace floe::duckdb_compute
