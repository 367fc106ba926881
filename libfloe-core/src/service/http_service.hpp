// floe.host.http/1: requests of plugins over one transport, repeated when that is safe, ended with their call.
#pragma once

#include "base/io/environment.hpp"
#include "base/net/http.hpp"
#include "base/result.hpp"
#include "floe/interfaces/host_http.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace floe::service {

// Seconds or an HTTP date (RFC 9110, 10.2.3) as milliseconds from `now`; nullopt when it is neither.
std::optional<std::int64_t> retry_after_ms(std::string_view value, std::int64_t now_unix_ns);

class HttpService : public HostHttpProvider<HttpService> {
 public:
  // Certificates: SSL_CERT_FILE, else what libcurl has. Proxies: the environment, as libcurl reads it.
  HttpService(std::unique_ptr<net::HttpTransport> transport, const io::Environment& environment, io::Clock& clock);

  Status send(Call& c, std::string_view request, std::string_view body, Sink& response, Sink& content);

 private:
  // A random part of the longest wait before attempt `attempt` + 1.
  std::int64_t jittered_ms(std::int64_t base_ms, std::int64_t max_ms, std::int64_t attempt);

  std::unique_ptr<net::HttpTransport> transport_;
  std::string ca_bundle_;
  io::Clock& clock_;
  std::mutex random_mutex_;
  std::mt19937_64 random_{std::random_device{}()};
};

}  // namespace floe::service
