// One request through floe.host.http/1, as plugins that speak to a server make it.
#pragma once

#include "base/result.hpp"
#include "floe/plugin_call.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "POST";
  std::string url;
  Headers headers;
  std::string ca_file;               // PEM file of the only certificates to trust; "" = those that the host trusts
  std::int64_t timeout_ms = 10'000;  // of one attempt
  std::int64_t attempts = 3;         // the receivers know a repeated request by its ids
  std::int64_t max_redirects = 5;    // GET and HEAD only; 0: the 3xx is the answer
  bool is_http2 = false;             // from the first byte on, as gRPC asks
};

struct Answer {
  int status = 0;
  Headers headers;  // names in lower case, trailers included
  std::string body;
  std::int64_t attempts = 1;

  [[nodiscard]] std::string_view header(std::string_view name) const;  // "" when there is none
};

// The value of `{secret_ref: key}`, through floe.host.secrets/1. kPermission when the platform did not grant that.
Result<std::string> secret(const Call& call, const std::string& key);

// An HTTP status is no error here. kPermission when the platform did not grant floe.host.http/1; else what that
// answers.
Result<Answer> send(const Call& call, const Request& request, std::string_view body);

// 2xx is fine. kUnavailable: the same request may succeed later. `who` begins the message.
Status check_status(const Answer& answer, std::string_view who);

}  // namespace floe::http
