// floe.host.trace/1: the trace context of a call, as headers and as the environment of a child process.
#pragma once

#include "base/result.hpp"
#include "floe/interfaces/host_trace.hpp"

#include <string>

namespace floe::service {

class TraceService : public HostTraceProvider<TraceService> {
 public:
  static std::string context(Call& c);
};

}  // namespace floe::service
