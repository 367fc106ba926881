// libfloe-http.so: the transport over libcurl, behind the one function that net/curl_transport.cpp looks up.
#include "base/fail.hpp"
#include "base/net/module/curl_session.hpp"
#include "base/net/module_interface.hpp"

#include <curl/curl.h>
#include <exception>
#include <mutex>
#include <new>
#include <vector>

namespace floe::net {

namespace {

constexpr std::size_t kMaxIdleSessions = 16;

// Each exchange has a session for itself; idle ones wait with their connections for the next.
class CurlTransport final : public HttpTransport {
 public:
  Result<HttpResponse> send(const HttpRequest& request) override {
    try {
      std::unique_ptr<CurlSession> session = FLOE_TRY(take_session());
      Result<HttpResponse> response = session->exchange(request);
      give_back(std::move(session));
      return response;
    } catch (const std::bad_alloc&) {
      return fail(ErrorCode::kExhausted, "out of memory");
    } catch (const std::exception& exception) {
      return fail(ErrorCode::kPanic, exception.what());
    } catch (...) {
      return fail(ErrorCode::kPanic, "unknown exception in the HTTP module");
    }
  }

 private:
  Result<std::unique_ptr<CurlSession>> take_session() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return CurlSession::open();
    std::unique_ptr<CurlSession> session = std::move(idle_.back());
    idle_.pop_back();
    return session;
  }

  void give_back(std::unique_ptr<CurlSession> session) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMaxIdleSessions) idle_.push_back(std::move(session));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<CurlSession>> idle_;
};

}  // namespace

}  // namespace floe::net

extern "C" __attribute__((visibility("default"))) floe::net::HttpTransport* floe_http_module(
    std::uint64_t layout) noexcept {
  if (layout != floe::net::kModuleLayout) return nullptr;
  static std::once_flag started;
  static CURLcode result = CURLE_FAILED_INIT;
  try {
    std::call_once(started, [] { result = curl_global_init(CURL_GLOBAL_DEFAULT); });
    return result == CURLE_OK ? new floe::net::CurlTransport() : nullptr;  // NOLINT: the caller owns it
  } catch (...) {
    return nullptr;
  }
}
