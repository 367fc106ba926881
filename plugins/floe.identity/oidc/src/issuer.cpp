#include "issuer.hpp"

#include "http/request.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/net/http.hpp"

namespace floe::oidc {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kKeysLast = 300;       // seconds
constexpr std::int64_t kBetweenFetches = 10;  // seconds: a token with a made-up key id must not hammer the issuer

Result<json::object> read_answer(const http::Answer& answer, const std::string& url) {
  const std::string who = "`" + net::public_url(url) + "`";
  const Status taken = http::check_status(answer, who);
  if (!taken) return fail(ErrorCode::kUnavailable, taken.error().message);
  auto document = parse_json_object(answer.body);
  if (!document) return failf(ErrorCode::kUnavailable, "{} answered no JSON object", who);
  return document;
}

}  // namespace

Result<json::object> Issuer::get(const Call& call, const std::string& url) const {
  http::Request request;
  request.method = "GET";
  request.url = url;
  request.timeout_ms = settings_.timeout_ms;
  return read_answer(FLOE_TRY(http::send(call, request, {})), url);
}

Result<json::object> Issuer::get_with_token(const Call& call, const std::string& url, std::string_view token) const {
  constexpr int kUnauthorized = 401;
  http::Request request;
  request.method = "GET";
  request.url = url;
  request.timeout_ms = settings_.timeout_ms;
  request.headers = {{"authorization", "Bearer " + std::string(token)}};
  const http::Answer answer = FLOE_TRY(http::send(call, request, {}));
  if (answer.status == kUnauthorized) return fail(ErrorCode::kUnauthenticated, "the issuer refuses the token");
  return read_answer(answer, url);
}

Result<json::object> Issuer::metadata(const Call& call) {
  const std::lock_guard lock(mutex_);
  return locked_metadata(call);
}

Result<json::object> Issuer::locked_metadata(const Call& call) {
  if (!metadata_.empty()) return metadata_;
  std::string url = settings_.issuer;
  while (url.ends_with('/'))
    url.pop_back();
  url += "/.well-known/openid-configuration";
  json::object found = FLOE_TRY(get(call, url));
  const std::string issuer = get_string_or(found, "issuer", "");
  if (issuer != settings_.issuer) {
    return failf(ErrorCode::kUnavailable, "`{}` describes the issuer `{}`, not `{}`", net::public_url(url), issuer,
                 settings_.issuer);
  }
  metadata_ = std::move(found);
  return metadata_;
}

Result<json::array> Issuer::keys(const Call& call, bool is_stale) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = io::make_system_clock()->now_unix_ns() / kNanosPerSecond;
  if (fetched_at_ != 0 && now - fetched_at_ < (is_stale ? kBetweenFetches : kKeysLast)) return keys_;
  std::string url = settings_.jwks_uri;
  if (url.empty()) url = get_string_or(FLOE_TRY(locked_metadata(call)), "jwks_uri", "");
  if (url.empty())
    return failf(ErrorCode::kUnavailable, "the issuer `{}` does not say where its keys are", settings_.issuer);
  const json::object found = FLOE_TRY(get(call, url));
  const json::array* list = get_array(found, "keys");
  if (list == nullptr) return failf(ErrorCode::kUnavailable, "`{}` is no JWK set", net::public_url(url));
  keys_ = *list;
  fetched_at_ = now;
  return keys_;
}

}  // namespace floe::oidc
