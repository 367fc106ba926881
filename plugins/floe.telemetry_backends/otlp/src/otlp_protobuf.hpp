// OTLP requests from their JSON encoding to protobuf (opentelemetry-proto 1.x, traces, metrics and logs).
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace floe::otlp {

// `request` is an ExportTraceServiceRequest, ExportMetricsServiceRequest or ExportLogsServiceRequest. Members that
// opentelemetry-proto does not have are left out, as its JSON mapping asks. kData for a member of another kind.
Result<std::string> to_protobuf(std::string_view request);

// `rejected_spans`, `rejected_data_points` or `rejected_log_records`, and `error_message`, of an
// Export*ServiceResponse.
struct PartialSuccess {
  std::int64_t rejected = 0;
  std::string message;
};

Result<PartialSuccess> partial_success(std::string_view response);

}  // namespace floe::otlp
