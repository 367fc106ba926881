#include "base/error.hpp"

#include "base/result.hpp"

#include <cstdio>
#include <cstdlib>

namespace floe {

std::string_view error_code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kInvalidConfig:
      return "invalid_config";
    case ErrorCode::kInvalidState:
      return "invalid_state";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kAlreadyExists:
      return "already_exists";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kUnauthenticated:
      return "unauthenticated";
    case ErrorCode::kPermission:
      return "permission";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kData:
      return "data";
    case ErrorCode::kExhausted:
      return "exhausted";
    case ErrorCode::kTimeout:
      return "timeout";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kInternal:
      return "internal";
    case ErrorCode::kPanic:
      return "panic";
  }
  return "unknown";  // a code of a newer library that came over the C ABI
}

void assertion_failed(const char* condition, const char* file, int line) {
  // The process state is not to be trusted any more: no allocation, no unwinding, a core dump.
  std::fprintf(stderr, "floe bug: assertion `%s` failed at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace floe
