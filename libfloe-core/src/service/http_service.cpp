#include "service/http_service.hpp"

#include "plugin/host_core.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/net/clear_text.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <condition_variable>

namespace floe::service {
namespace {

constexpr std::int64_t kNanosPerMilli = 1'000'000;
constexpr std::uint64_t kDefaultResponseLimit = std::uint64_t{64} << 20U;

struct Retry {
  std::int64_t attempts = 4;
  std::int64_t base_ms = 200;
  std::int64_t max_ms = 10'000;
  bool is_idempotent = false;
};

struct Exchange {
  net::HttpRequest request;
  Retry retry;
};

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

bool has_header(const net::HttpRequest& request, std::string_view name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const auto& one) { return text::equals_ignore_case_ascii(one.first, name); });
}

bool is_idempotent(const net::HttpRequest& request) {
  constexpr std::array<std::string_view, 5> kMethods{"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
  return std::find(kMethods.begin(), kMethods.end(), request.method) != kMethods.end() ||
         has_header(request, "idempotency-key");
}

Result<std::int64_t> positive_or(const json::object& object, std::string_view key, std::int64_t fallback) {
  if (!object.contains(key)) return fallback;
  const auto value = get_int(object, key);
  if (value && *value >= 1) return *value;
  return failf(ErrorCode::kInvalidArgument, "`{}` of an HTTP request must be a whole number of at least 1", key);
}

Result<Retry> read_retry(const json::object& object, const net::HttpRequest& request) {
  Retry retry;
  retry.is_idempotent = is_idempotent(request);
  const json::object* given = get_object(object, "retry");
  if (given == nullptr) return retry;
  constexpr std::int64_t kMostAttempts = 20;
  const std::int64_t attempts = FLOE_TRY(positive_or(*given, "attempts", retry.attempts));
  retry.attempts = std::min(attempts, kMostAttempts);
  retry.base_ms = FLOE_TRY(positive_or(*given, "base_ms", retry.base_ms));
  retry.max_ms = FLOE_TRY(positive_or(*given, "max_ms", retry.max_ms));
  retry.is_idempotent = get_bool_or(*given, "idempotent", retry.is_idempotent);
  return retry;
}

// Whatever plugin asks, and wherever it has the URL from.
Error unencrypted(std::string_view what, std::string_view url) {
  return failf(ErrorCode::kInvalidArgument,
               "the {} of a request to `{}` would be sent unencrypted: use https, or a host of this machine", what,
               net::public_url(url));
}

Result<Exchange> read_exchange(std::string_view text) {
  const json::object object = FLOE_TRY(parse_json_object(text));
  Exchange out;
  out.request.method = get_string_or(object, "method", "GET");
  out.request.url = FLOE_TRY(require_string(object, "url"));
  if (!out.request.url.starts_with("http://") && !out.request.url.starts_with("https://")) {
    return failf(ErrorCode::kInvalidArgument, "`{}` is no http or https URL", net::public_url(out.request.url));
  }
  const bool is_clear_text = net::is_clear_text(out.request.url);
  if (is_clear_text && net::has_user(out.request.url)) return unencrypted("user name", out.request.url);
  if (const json::array* headers = get_array(object, "headers")) {
    for (const json::value& item : *headers) {
      const json::object* header = item.if_object();
      if (header == nullptr) return fail(ErrorCode::kInvalidArgument, "a header must be an object {name, value}");
      std::string name = FLOE_TRY(require_string(*header, "name"));
      std::string value = FLOE_TRY(require_string(*header, "value"));
      if (is_clear_text && net::is_credential_header(name))
        return unencrypted(fmt::format("header `{}`", name), out.request.url);
      out.request.headers.emplace_back(std::move(name), std::move(value));
    }
  }
  out.request.http2 = get_bool_or(object, "http2", false);
  out.request.ca_bundle = get_string_or(object, "ca_file", "");
  out.request.timeout_ms = FLOE_TRY(positive_or(object, "timeout_ms", out.request.timeout_ms));
  out.request.max_redirects = static_cast<std::int32_t>(
      std::clamp<std::int64_t>(get_int(object, "max_redirects").value_or(out.request.max_redirects), 0, 50));
  out.request.max_response_bytes = static_cast<std::uint64_t>(
      FLOE_TRY(positive_or(object, "max_response_bytes", static_cast<std::int64_t>(kDefaultResponseLimit))));
  out.retry = FLOE_TRY(read_retry(object, out.request));
  return out;
}

void add_trace(const Call& c, net::HttpRequest& request) {
  const std::string parent = c.traceparent();
  if (!parent.empty() && !has_header(request, "traceparent")) request.headers.emplace_back("traceparent", parent);
  const std::string& baggage = c.raw()->baggage;
  if (!baggage.empty() && !has_header(request, "baggage")) request.headers.emplace_back("baggage", baggage);
}

bool is_worth_repeating(const Result<net::HttpResponse>& answer) {
  if (!answer.has_value()) {
    return answer.error().code == ErrorCode::kUnavailable || answer.error().code == ErrorCode::kTimeout;
  }
  constexpr std::array kStatuses{429, 502, 503, 504};
  return std::find(kStatuses.begin(), kStatuses.end(), answer->status) != kStatuses.end();
}

// False when the call was cancelled meanwhile.
bool pause(const Call& c, std::int64_t milliseconds) {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_woken = false;
  const CancelHook hook(c, [&] {
    const std::lock_guard lock(mutex);
    is_woken = true;
    changed.notify_all();
  });
  std::unique_lock lock(mutex);
  changed.wait_for(lock, std::chrono::milliseconds(milliseconds), [&] { return is_woken; });
  return !is_woken;
}

std::string response_json(const net::HttpResponse& answer, std::int64_t attempts) {
  json::array headers;
  for (const auto& [name, value] : answer.headers)
    headers.push_back(json::object{{"name", name}, {"value", value}});
  return to_json(json::object{{"status", answer.status}, {"headers", std::move(headers)}, {"attempts", attempts}});
}

}  // namespace

std::optional<std::int64_t> retry_after_ms(std::string_view value, std::int64_t now_unix_ns) {
  constexpr std::int64_t kLongestSeconds = std::int64_t{365} * 86'400;
  constexpr std::int64_t kMillis = 1000;
  if (const auto seconds = number<std::int64_t>(value); seconds && *seconds >= 0) {
    return std::min(*seconds, kLongestSeconds) * kMillis;
  }
  // Sun, 06 Nov 1994 08:49:37 GMT
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  constexpr std::size_t kLength = 29;
  if (value.size() != kLength || value.substr(25) != " GMT") return std::nullopt;
  const std::size_t month = kMonths.find(value.substr(8, 3));
  const auto day = number<std::int32_t>(value.substr(5, 2));
  const auto year = number<std::int32_t>(value.substr(12, 4));
  const auto hour = number<std::int64_t>(value.substr(17, 2));
  const auto minute = number<std::int64_t>(value.substr(20, 2));
  const auto second = number<std::int64_t>(value.substr(23, 2));
  if (month == std::string_view::npos || month % 3 != 0 || !day || !year || !hour || !minute || !second)
    return std::nullopt;
  const time::CivilDate date{*year, static_cast<std::int32_t>(month / 3 + 1), *day};
  if (!time::is_valid_date(date)) return std::nullopt;
  const std::int64_t then = ((time::days_from_civil(date) * 24 + *hour) * 60 + *minute) * 60 + *second;
  return std::max<std::int64_t>(0, then * kMillis - now_unix_ns / kNanosPerMilli);
}

HttpService::HttpService(std::unique_ptr<net::HttpTransport> transport, const io::Environment& environment,
                         io::Clock& clock)
    : transport_(std::move(transport)), ca_bundle_(environment.get("SSL_CERT_FILE").value_or("")), clock_(clock) {}

std::int64_t HttpService::jittered_ms(std::int64_t base_ms, std::int64_t max_ms, std::int64_t attempt) {
  std::int64_t longest = std::min(base_ms, max_ms);
  for (std::int64_t i = 1; i < attempt && longest < max_ms; ++i)
    longest = std::min(longest * 2, max_ms);
  const std::lock_guard lock(random_mutex_);
  return std::uniform_int_distribution<std::int64_t>(0, longest)(random_);
}

Status HttpService::send(Call& c, std::string_view request, std::string_view body, Sink& response, Sink& content) {
  Exchange exchange = FLOE_TRY(read_exchange(request));
  net::HttpRequest& one = exchange.request;
  TraceSpan span(c, "http.send");
  span.attribute("http.request.method", one.method);
  span.attribute("url.full", net::public_url(one.url));
  one.body = body;
  if (one.ca_bundle.empty()) one.ca_bundle = ca_bundle_;
  one.is_cancelled = [&c] { return c.cancelled(); };
  add_trace(c, one);
  const std::int64_t deadline = c.deadline_unix_ns();
  for (std::int64_t attempt = 1;; ++attempt) {
    const std::int64_t left_ms = deadline == INT64_MAX ? INT64_MAX : (deadline - clock_.now_unix_ns()) / kNanosPerMilli;
    if (left_ms <= 0) return fail(ErrorCode::kTimeout, "the deadline has passed");
    one.timeout_ms = std::min(one.timeout_ms, left_ms);
    const auto answer = transport_->send(one);
    const bool is_last =
        attempt >= exchange.retry.attempts || !exchange.retry.is_idempotent || !is_worth_repeating(answer);
    const std::string* asked = answer.has_value() ? answer->header("retry-after") : nullptr;
    const auto after = asked == nullptr ? std::nullopt : retry_after_ms(*asked, clock_.now_unix_ns());
    const std::int64_t wait_ms = after ? std::min(*after, exchange.retry.max_ms)
                                       : jittered_ms(exchange.retry.base_ms, exchange.retry.max_ms, attempt);
    if (is_last || wait_ms >= left_ms) {
      if (!answer.has_value()) return answer.error();
      span.attribute("http.response.status_code", std::to_string(answer->status));
      response.write(response_json(*answer, attempt));
      content.write(answer->body);
      return ok();
    }
    if (!pause(c, wait_ms)) {
      return failf(ErrorCode::kCancelled, "the request to `{}` was cancelled", net::public_url(one.url));
    }
  }
}

}  // namespace floe::service
