#include "issuer.hpp"

#include "http/request.hpp"

#include "base/fail.hpp"
#include "base/net/http.hpp"
#include "base/text/printable.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::oidc {
namespace {

constexpr std::chrono::seconds kKeysLast{300};

// An issuer's name or URL, fit for a message: an issuer may answer with any text.
std::string shown(std::string_view url) {
  constexpr std::size_t kMost = 200;
  const std::string text = text::printable(net::public_url(url));
  return text.substr(0, text::code_point_offset(text, kMost));
}

// The host names the URL in its errors, so it must be fit for them.
Status check_url(std::string_view url) {
  constexpr std::size_t kMost = 2000;
  const bool is_http = url.starts_with("http://") || url.starts_with("https://");
  const bool is_plain = std::all_of(url.begin(), url.end(), [](char one) { return one > ' ' && one <= '~'; });
  if (is_http && is_plain && url.size() <= kMost) return ok();
  return failf(ErrorCode::kUnavailable, "`{}` is no http or https URL as RFC 3986 writes them", shown(url));
}

// Keys that come in plain text are anyone's keys.
Status check_downgrade(std::string_view url, const Settings& settings) {
  if (url.starts_with("https://") || !settings.issuer.starts_with("https://")) return ok();
  return failf(ErrorCode::kUnavailable, "the issuer `{}` names `{}`, which is not https", shown(settings.issuer),
               shown(url));
}

Result<http::Request> request_of(const std::string& url, const Settings& settings) {
  FLOE_TRY(check_url(url));
  FLOE_TRY(check_downgrade(url, settings));
  http::Request request;
  request.method = "GET";
  request.url = url;
  request.timeout_ms = settings.timeout_ms;
  request.ca_file = settings.ca_file;
  return request;
}

// Without its body in the errors: that is anyone's text.
Result<json::object> read_answer(const http::Answer& answer, const std::string& url) {
  if (!http::check_status(answer, url))
    return failf(ErrorCode::kUnavailable, "`{}` answered {}", shown(url), answer.status);
  auto document = parse_json_object(answer.body);
  if (!document) return failf(ErrorCode::kUnavailable, "`{}` answered no JSON object", shown(url));
  return document;
}

}  // namespace

Result<json::object> Issuer::get(const Call& call, const std::string& url) const {
  const http::Request request = FLOE_TRY(request_of(url, settings_));
  return read_answer(FLOE_TRY(http::send(call, request, {})), url);
}

Result<json::object> Issuer::get_with_token(const Call& call, const std::string& url, std::string_view token) const {
  constexpr int kUnauthorized = 401;
  http::Request request = FLOE_TRY(request_of(url, settings_));
  request.max_redirects = 0;  // the token is for this URL
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
    return failf(ErrorCode::kUnavailable, "`{}` describes the issuer `{}`, not `{}`", shown(url), shown(issuer),
                 shown(settings_.issuer));
  }
  metadata_ = std::move(found);
  return metadata_;
}

Result<json::array> Issuer::keys(const Call& call, bool is_stale) {
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  const bool is_fresh = fetched_at_ && now - *fetched_at_ < kKeysLast;
  if (is_fresh && !is_stale) return keys_;
  // A token with a made-up key id must not hammer the issuer.
  const bool may_try = !tried_at_ || now - *tried_at_ >= std::chrono::seconds(settings_.refresh_seconds);
  if (may_try) try_keys(call);
  if (!tried_ && !is_fresh) return tried_.error();
  return keys_;
}

void Issuer::try_keys(const Call& call) {
  tried_ = fetch_keys(call);
  // A caller who gave up says nothing of the issuer.
  if (!tried_ && tried_.error().code == ErrorCode::kCancelled) return;
  // Its end counts, or those who waited for a slow issuer would ask it one after the other.
  tried_at_ = Clock::now();
  if (tried_) fetched_at_ = tried_at_;
}

Status Issuer::fetch_keys(const Call& call) {
  std::string url = settings_.jwks_uri;
  if (url.empty()) url = get_string_or(FLOE_TRY(locked_metadata(call)), "jwks_uri", "");
  if (url.empty())
    return failf(ErrorCode::kUnavailable, "the issuer `{}` does not say where its keys are", shown(settings_.issuer));
  const json::object found = FLOE_TRY(get(call, url));
  const json::array* list = get_array(found, "keys");
  if (list == nullptr) return failf(ErrorCode::kUnavailable, "`{}` is no JWK set", shown(url));
  // An issuer that had keys has some: a mistake of the moment must not lock everyone out.
  if (list->empty() && !keys_.empty()) return failf(ErrorCode::kUnavailable, "`{}` has no keys any more", shown(url));
  keys_ = *list;
  return ok();
}

}  // namespace floe::oidc
