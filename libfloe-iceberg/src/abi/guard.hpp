// What every exported function passes through: nothing is thrown across the boundary.
#pragma once

#include "host/identifier.hpp"
#include "host/session.hpp"

#include "base/diagnostics/damaged_file.hpp"

#include <exception>
#include <new>
#include <string_view>

namespace floe::iceberg {

// Runs `body` (a Status) and turns its error, or what it threw, into the status of the call.
template <class Body>
floe_status guarded(const Session& session, Body&& body) noexcept {
  try {
    try {
      auto status = std::forward<Body>(body)();
      return status.has_value() ? FLOE_OK : report_error(session, status.error());
    } catch (const std::bad_alloc&) {
      return report_error(session, fail(ErrorCode::kExhausted, "out of memory"));
    } catch (const std::exception& exception) {
      return report_error(session, fail(ErrorCode::kPanic, exception.what()));
    }
  } catch (...) {
    return FLOE_PANIC;
  }
}

// `guarded` for a call that is about one table or view: a damaged file that `body` meets is a finding of it.
template <class Body>
floe_status guarded_on(const Session& session, std::string_view identifier, Body&& body) noexcept {
  return guarded(session, [&]() -> Status {
    const auto name = FLOE_TRY(parse_identifier(identifier));
    Status status = std::forward<Body>(body)(name);
    if (status.has_value()) return status;
    return with_damaged_file_finding(std::move(status).error(), name.to_string());
  });
}

inline Status write_result(const Session& session, floe_sink* sink, std::string_view text) {
  return take_status(session, session.host->write(sink, text.data(), text.size()));
}

}  // namespace floe::iceberg
