// HTTP behind an interface. The libcurl transport is an internal module opened at the first request.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::net {

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // http or https
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::int64_t timeout_ms = 30'000;    // of the whole exchange; 0 = none
  std::function<bool()> is_cancelled;  // polled
  bool http2 = false;              // HTTP/2 from the first byte, also without TLS, and nothing else: what gRPC speaks
  std::string ca_bundle;           // PEM file of trusted certificates; "" = the system's
  std::int32_t max_redirects = 5;  // GET and HEAD only, never from https to http; other methods get the 3xx
  std::uint64_t max_response_bytes = std::uint64_t{1} << 30U;  // more is kExhausted
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names lower-case
  std::string body;

  [[nodiscard]] const std::string* header(std::string_view lower_case_name) const;  // the first one, or nullptr
};

// Thread-safe. kUnavailable (could not connect, reset), kTimeout, kCancelled, kInvalidArgument (URL, header), kIo (TLS,
// protocol), kUnsupported (no HTTP module); an HTTP status is not an error here. Messages name the URL without its
// query.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
};

// Over libcurl: keeps connections open between requests. Proxies and certificates come from the system and environment.
// Costs nothing until the first `send`, which opens lib/floe/libfloe-http.so of this installation.
std::unique_ptr<HttpTransport> make_curl_transport();

// Answers from a list, in order, and records what was asked; kUnavailable when the list is used up. For tests.
class FakeHttpTransport : public HttpTransport {
 public:
  std::vector<Result<HttpResponse>> answers;
  std::vector<HttpRequest> requests;
  Result<HttpResponse> send(const HttpRequest& request) override;

 private:
  std::mutex mutex_;
};

// `url` without user name, password, query and fragment: fit for a message.
std::string public_url(std::string_view url);

}  // namespace floe::net
