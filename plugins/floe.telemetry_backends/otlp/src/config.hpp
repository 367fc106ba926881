// Configuration of floe.telemetry_backends/otlp.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::otlp {

enum class Protocol : std::uint8_t { kGrpc, kHttpProtobuf, kHttpJson };

struct Config {
  std::string endpoint;  // http or https, without a slash at its end
  Protocol protocol = Protocol::kHttpProtobuf;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::pair<std::string, std::string>> secret_headers;  // name, key of the secret
  std::int64_t timeout_ms = 10'000;
};

// Port 4317 means grpc where `protocol` is not written. kInvalidConfig names the key.
Result<Config> parse_config(std::string_view text);

// The address of a signal (traces, metrics, logs) in the protocol. kInvalidArgument for another one.
Result<std::string> url_of(const Config& config, std::string_view signal);

}  // namespace floe::otlp
