// Error: what a caller acts on. A wrong user file is never an Error alone: it is a Diagnostic
// (base/diagnostics/diagnostic.hpp), which an Error may carry across a library boundary.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe {

// The numbers are those of floe_status in floe/plugin.h, so a code crosses the C ABI unchanged.
// Chosen by what the caller does next.
enum class ErrorCode : std::int32_t {
  kInvalidArgument = 1,
  kInvalidConfig = 2,
  kInvalidState = 3,
  kNotFound = 4,
  kAlreadyExists = 5,
  kConflict = 6,  // optimistic concurrency: re-read, then retry the whole operation
  kUnauthenticated = 7,
  kPermission = 8,
  kUnsupported = 9,   // the method or feature is absent: take another path
  kUnavailable = 10,  // transient: retry with backoff
  kIo = 11,
  kData = 12,  // the data is bad, not the program
  kExhausted = 13,
  kTimeout = 14,
  kCancelled = 15,
  kInternal = 16,
  kPanic = 17,  // an exception was caught at a boundary
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;               // lowercase, no full stop, names the thing in backticks
  std::vector<std::string> context;  // what was being done, innermost first
  // Machine-readable extras. Key "floe.diagnostics": the wire form of base/diagnostics/diagnostic.hpp.
  std::vector<std::pair<std::string, std::string>> details;

  Error&& with_context(std::string what) && {
    context.push_back(std::move(what));
    return std::move(*this);
  }

  Error&& with_detail(std::string key, std::string value) && {
    details.emplace_back(std::move(key), std::move(value));
    return std::move(*this);
  }

  [[nodiscard]] const std::string* detail(std::string_view key) const {
    for (const auto& [name, value] : details) {
      if (name == key) return &value;
    }
    return nullptr;
  }

  // `outermost: ...: innermost: message`, one line.
  [[nodiscard]] std::string to_string() const {
    std::string text;
    for (auto it = context.rbegin(); it != context.rend(); ++it) {
      text += *it;
      text += ": ";
    }
    return text + message;
  }
};

// Lower-case name of a code (`not_found`), the spelling used in JSON output and in floe.h.
std::string_view error_code_name(ErrorCode code);

}  // namespace floe
