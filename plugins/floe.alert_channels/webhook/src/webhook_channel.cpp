#include "webhook_channel.hpp"

#include "answers/answers.hpp"
#include "http/request.hpp"
#include "http/service.hpp"
#include "signature.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/json/json.hpp"
#include "base/net/http.hpp"
#include "base/text/text.hpp"
#include "floe/client/host_kv.hpp"

#include <algorithm>
#include <charconv>

namespace floe::webhook {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

// A whole number of at least `least`, or an error that names the key.
Status read_number(const json::object& config, std::string_view key, std::int64_t least, std::int64_t* out) {
  if (!config.contains(key)) return ok();
  const auto value = get_int(config, key);
  if (!value || *value < least) {
    return failf(ErrorCode::kInvalidConfig, "`{}` must be a whole number of at least {}", key, least);
  }
  *out = *value;
  return ok();
}

Result<Config> parse_config(std::string_view text) {
  const json::object parsed = FLOE_TRY(parse_json_object(text.empty() ? "{}" : text));
  for (const auto& member : parsed) {
    constexpr std::string_view kKeys[] = {"url", "signing_secret", "attempts", "timeout_ms", "window_minutes"};
    if (std::find(std::begin(kKeys), std::end(kKeys), std::string_view(member.key())) == std::end(kKeys)) {
      return failf(ErrorCode::kInvalidConfig, "unknown key `{}`", std::string_view(member.key()));
    }
  }
  Config config;
  config.url = get_string_or(parsed, "url", "");
  if (!config.url.starts_with("http://") && !config.url.starts_with("https://")) {
    return fail(ErrorCode::kInvalidConfig, "`url` must be an http or https URL");
  }
  if (const json::object* secret = get_object(parsed, "signing_secret")) {
    config.secret_key = get_string_or(*secret, "secret_ref", "");
  }
  if (parsed.contains("signing_secret") && config.secret_key.empty()) {
    return fail(ErrorCode::kInvalidConfig, "`signing_secret` must be `{secret_ref: key}`");
  }
  FLOE_TRY(read_number(parsed, "attempts", 1, &config.attempts));
  FLOE_TRY(read_number(parsed, "timeout_ms", 1, &config.timeout_ms));
  FLOE_TRY(read_number(parsed, "window_minutes", 0, &config.window_minutes));
  return config;
}

// When events of one key were sent last, kept over processes. Without the service nothing is a duplicate.
class SentBefore {
 public:
  SentBefore(const Call& call, std::string_view dedup_key) : call_(call), kv_(http::service<HostKvClient>(call)) {
    // The key of a value has 80 bytes at most.
    constexpr std::size_t kDigits = 32;
    if (!dedup_key.empty()) key_ = "sent/" + text::sha256_hex(dedup_key).substr(0, kDigits);
  }

  // Seconds since the Unix epoch; 0 = never.
  [[nodiscard]] std::int64_t at() const {
    std::int64_t seconds = 0;
    if (!kv_.has_value() || key_.empty()) return 0;
    const auto value = kv_.get(call_.raw(), key_);
    if (value) std::from_chars(value->data(), value->data() + value->size(), seconds);
    return seconds;
  }

  void remember(std::int64_t seconds) const {
    if (!kv_.has_value() || key_.empty()) return;
    const Status kept = kv_.put(call_.raw(), key_, std::to_string(seconds));
    if (!kept) call_.log(FLOE_LOG_WARN, "alert.webhook", "cannot remember what was sent: " + kept.error().to_string());
  }

 private:
  const Call& call_;
  HostKvClient kv_;
  std::string key_;
};

std::string delivery(bool delivered, std::int64_t attempts, const std::string& message, bool is_duplicate = false) {
  json::object out{{"delivered", delivered}, {"attempts", attempts}, {"message", message}};
  if (is_duplicate) out["duplicate"] = true;
  return to_json(out);
}

}  // namespace

std::string WebhookChannel::validate_config(Call& /*call*/, std::string_view config) {
  const auto parsed = parse_config(config);
  return parsed ? answers::no_problems() : answers::problem("", parsed.error().message);
}

Result<std::unique_ptr<WebhookChannel>> WebhookChannel::create(Call& /*call*/, std::string_view config) {
  Config parsed = FLOE_TRY(parse_config(config));
  return std::make_unique<WebhookChannel>(std::move(parsed));
}

std::string WebhookChannel::health(Call& /*call*/) { return answers::health(); }

std::string WebhookChannel::describe(Call& /*call*/) { return answers::description("webhook"); }

Result<std::string> WebhookChannel::send(Call& call, std::string_view event) {
  const json::object parsed = FLOE_TRY(parse_json_object(event));
  const std::string id = FLOE_TRY(require_string(parsed, "id"));
  const std::int64_t now = io::make_system_clock()->now_unix_ns() / kNanosPerSecond;
  const SentBefore before(call, get_string_or(parsed, "dedup_key", ""));
  constexpr std::int64_t kMinute = 60;
  const std::int64_t age = now - before.at();
  if (age < config_.window_minutes * kMinute) {
    return delivery(false, 0, fmt::format("sent {} minutes ago", age / kMinute), true);
  }
  http::Request post;
  post.url = config_.url;
  post.attempts = config_.attempts;
  post.timeout_ms = config_.timeout_ms;
  post.headers = {{"content-type", "application/json"}, {"webhook-id", id}, {"webhook-timestamp", std::to_string(now)}};
  if (!config_.secret_key.empty()) {
    const std::string secret = FLOE_TRY(http::secret(call, config_.secret_key));
    post.headers.emplace_back("webhook-signature", FLOE_TRY(sign(secret, id, now, event)));
  }
  const auto answer = http::send(call, post, event);
  if (!answer) return delivery(false, config_.attempts, answer.error().to_string());
  const Status taken = http::check_status(*answer, "`" + net::public_url(config_.url) + "`");
  if (!taken) return delivery(false, answer->attempts, taken.error().to_string());
  before.remember(now);
  return delivery(true, answer->attempts, "");
}

}  // namespace floe::webhook
