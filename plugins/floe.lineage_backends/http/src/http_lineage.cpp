#include "http_lineage.hpp"

#include "answers/answers.hpp"
#include "http/request.hpp"
#include "spool.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/json/json.hpp"
#include "base/net/http.hpp"

namespace floe::lineage_http {
namespace {

constexpr std::int64_t kRestNs = 15'000'000'000;

Result<Config> parse_config(std::string_view text) {
  const json::object parsed = FLOE_TRY(parse_json_object(text.empty() ? "{}" : text));
  Config config;
  for (const auto& member : parsed) {
    const std::string_view key = std::string_view(member.key());
    const json::value& value = member.value();
    if (key == "url" && value.is_string()) {
      config.url = to_view(value.get_string());
    } else if (key == "endpoint" && value.is_string()) {
      config.endpoint = to_view(value.get_string());
    } else if (key == "timeout" && get_double(parsed, key).value_or(0) > 0) {
      config.timeout_seconds = *get_double(parsed, key);
    } else if (key == "auth" && value.is_object() && get_string(value.get_object(), "secret_ref")) {
      config.secret_key = *get_string(value.get_object(), "secret_ref");
    } else if (key == "namespaces" && value.is_object()) {
      for (const auto& one : value.get_object())
        config.namespaces[std::string(std::string_view(one.key()))] =
            get_string_or(value.get_object(), std::string_view(one.key()), "");
    } else {
      return failf(ErrorCode::kInvalidConfig,
                   "`{}` is not fit; accepted are `url`, `endpoint`, `timeout`, `auth` and `namespaces`", key);
    }
  }
  if (!config.url.starts_with("http://") && !config.url.starts_with("https://")) {
    return fail(ErrorCode::kInvalidConfig, "`url` must be an http or https URL");
  }
  return config;
}

std::string renamed(const std::map<std::string, std::string>& namespaces, const std::string& name) {
  auto found = namespaces.find(name);
  if (found == namespaces.end()) found = namespaces.find("*");
  return found == namespaces.end() ? name : found->second;
}

// The job's namespace and that of its parent, as the backend wants them.
void rename(const std::map<std::string, std::string>& namespaces, json::value* event) {
  if (namespaces.empty()) return;
  for (const char* pointer : {"/job/namespace", "/run/facets/parent/job/namespace"}) {
    boost::system::error_code missing;
    json::value* name = event->find_pointer(pointer, missing);
    if (name != nullptr && name->is_string()) *name = renamed(namespaces, std::string(to_view(name->get_string())));
  }
}

}  // namespace

std::string Config::address() const {
  const bool has_slash = url.ends_with('/') || endpoint.starts_with('/');
  return url + (has_slash ? "" : "/") + endpoint;
}

std::string HttpLineage::validate_config(Call& /*call*/, std::string_view config) {
  const auto parsed = parse_config(config);
  return parsed ? answers::no_problems() : answers::problem("", parsed.error().message);
}

Result<std::unique_ptr<HttpLineage>> HttpLineage::create(Call& /*call*/, std::string_view config) {
  Config parsed = FLOE_TRY(parse_config(config));
  return std::make_unique<HttpLineage>(std::move(parsed));
}

std::string HttpLineage::health(Call& call) {
  const auto spool = Spool::open(call);
  const auto waiting = spool ? spool->batches(call) : Result<std::vector<std::string>>(spool.error());
  if (!waiting) {
    return to_json(
        json::object{{"state", "degraded"}, {"message", waiting.error().to_string()}, {"details", json::object()}});
  }
  return to_json(json::object{{"state", waiting->empty() ? "ok" : "degraded"},
                              {"message", waiting->empty() ? "" : "events wait for the backend"},
                              {"details", json::object{{"waiting_deliveries", waiting->size()}}}});
}

std::string HttpLineage::describe(Call& /*call*/) { return answers::description("http"); }

std::string HttpLineage::transport_config(Call& /*call*/) {
  json::object out{
      {"type", "http"}, {"url", config_.url}, {"endpoint", config_.endpoint}, {"timeout", config_.timeout_seconds}};
  if (!config_.secret_key.empty()) {
    out["auth"] = json::object{{"type", "api_key"}, {"secret_ref", config_.secret_key}};
  }
  return to_json(out);
}

std::string HttpLineage::namespace_mapping(Call& /*call*/) {
  json::object out;
  for (const auto& [from, to] : config_.namespaces)
    out[from] = to;
  return to_json(out);
}

Status HttpLineage::send_all(Call& call, std::string_view events, std::string* unsent) {
  constexpr double kMillis = 1000;
  http::Request post;
  post.url = config_.address();
  post.timeout_ms = static_cast<std::int64_t>(config_.timeout_seconds * kMillis);
  post.headers = {{"content-type", "application/json"}};
  if (!config_.secret_key.empty()) {
    post.headers.emplace_back("authorization", "Bearer " + FLOE_TRY(http::secret(call, config_.secret_key)));
  }
  json::value parsed = FLOE_TRY(parse_json(events));
  if (!parsed.is_array()) return fail(ErrorCode::kInvalidArgument, "the events are no array");
  json::array& array = parsed.get_array();
  for (std::size_t i = 0; i < array.size(); ++i) {
    json::value event = array[i];
    rename(config_.namespaces, &event);
    const auto answer = http::send(call, post, to_json(event));
    const Status taken =
        answer ? http::check_status(*answer, "`" + net::public_url(post.url) + "`") : Status(answer.error());
    if (taken) continue;
    array.erase(array.begin(), array.begin() + static_cast<std::ptrdiff_t>(i));
    *unsent = to_json(parsed);
    return taken;
  }
  return ok();
}

// Stops at the first batch that is not taken whole.
Status HttpLineage::send_waiting(Call& call) {
  const Spool spool = FLOE_TRY(Spool::open(call));
  for (const std::string& batch : FLOE_TRY(spool.batches(call))) {
    const std::string events = FLOE_TRY(spool.read(call, batch));
    std::string unsent;
    Status sent = send_all(call, events, &unsent);
    // What the backend will never take would hold up everything behind it.
    if (!sent && (sent.error().code == ErrorCode::kUnavailable || sent.error().code == ErrorCode::kTimeout))
      return sent;
    if (!sent) call.log(FLOE_LOG_WARN, "lineage.http", "dropped kept events: " + sent.error().to_string());
    FLOE_TRY(spool.remove(call, batch));
  }
  return ok();
}

Status HttpLineage::keep(Call& call, std::string_view events, const Error& reason) {
  const Spool spool = FLOE_TRY(Spool::open(call));
  FLOE_TRY(spool.add(call, events));
  if (resting_until_ns_ == 0) {
    call.log(FLOE_LOG_WARN, "lineage.http", "events are kept for a later run: " + reason.to_string());
  }
  resting_until_ns_ = io::make_system_clock()->monotonic_ns() + kRestNs;
  return ok();
}

Status HttpLineage::emit(Call& call, std::string_view events) {
  const bool is_resting = io::make_system_clock()->monotonic_ns() < resting_until_ns_;
  Status sent =
      is_resting ? Status(fail(ErrorCode::kUnavailable, "the backend was down a moment ago")) : send_waiting(call);
  std::string unsent(events);
  if (sent) sent = send_all(call, events, &unsent);
  if (sent) {
    resting_until_ns_ = 0;
    return ok();
  }
  const ErrorCode code = sent.error().code;
  if (code != ErrorCode::kUnavailable && code != ErrorCode::kTimeout) return sent;
  return keep(call, unsent, sent.error());
}

std::string HttpLineage::check_connection(Call& call) {
  http::Request post;
  post.url = config_.address();
  post.attempts = 1;
  post.headers = {{"content-type", "application/json"}};
  // No backend takes an empty event: any answer below 500 shows that it is there.
  const auto answer = http::send(call, post, "{}");
  constexpr int kServerError = 500;
  if (!answer) return to_json(json::object{{"status", "failed"}, {"message", answer.error().to_string()}});
  return to_json(json::object{{"status", answer->status < kServerError ? "ok" : "failed"},
                              {"message", fmt::format("the backend answered {}", answer->status)}});
}

}  // namespace floe::lineage_http
