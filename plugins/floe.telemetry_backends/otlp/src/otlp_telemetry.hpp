// floe.telemetry_backends/otlp: OTLP over gRPC, or over HTTP in protobuf or JSON, to a collector or a backend.
#pragma once

#include "config.hpp"

#include "base/result.hpp"
#include "floe/interfaces/telemetry.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace floe::otlp {

class OtlpTelemetry final : public TelemetryBackendPlugin<OtlpTelemetry> {
 public:
  static constexpr std::uint32_t kThreads = FLOE_THREADS_CONCURRENT;

  explicit OtlpTelemetry(Config config) : config_(std::move(config)) {}

  static std::string validate_config(Call& call, std::string_view config);
  static Result<std::unique_ptr<OtlpTelemetry>> create(Call& call, std::string_view config);
  std::string health(Call& call);
  std::string describe(Call& call);
  std::string exporter_config(Call& call);
  Result<std::string> export_otlp(Call& call, std::string_view signal, std::string_view request);
  // Exports nothing, which every receiver takes.
  std::string check_connection(Call& call);

 private:
  Config config_;
};

}  // namespace floe::otlp
