// One libcurl multi handle with one easy handle: the connections it keeps are reused by the next exchange.
#pragma once

#include "base/net/http.hpp"

#include <memory>

namespace floe::net {

class CurlSession {
 public:
  static Result<std::unique_ptr<CurlSession>> open();
  virtual ~CurlSession() = default;
  virtual Result<HttpResponse> exchange(const HttpRequest& request) = 0;
};

}  // namespace floe::net
