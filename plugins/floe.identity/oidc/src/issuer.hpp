// What an OpenID Connect issuer publishes: its discovery document and its keys.
#pragma once

#include "settings.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"
#include "floe/plugin_call.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

namespace floe::oidc {

// Thread-safe. Errors: kUnavailable when the issuer cannot be had or does not answer with what it has to; kPermission
// when the platform did not grant floe.host.http/1.
class Issuer {
 public:
  explicit Issuer(const Settings& settings) : settings_(settings) {}

  // OpenID Connect Discovery 1.0, section 4: of this issuer and no other. Fetched once.
  Result<json::object> metadata(const Call& call);

  // Its JWK set. What was fetched before does for a few minutes; `is_stale`: it lacks a key, so fetch it anew. Not
  // tried before `refresh_seconds` have passed; when that fails, what was fetched before does for the rest of its
  // minutes. One caller fetches, the others wait for it.
  Result<json::array> keys(const Call& call, bool is_stale = false);

  // GET with a token, as a JSON object. kUnauthenticated when the issuer refuses the token.
  Result<json::object> get_with_token(const Call& call, const std::string& url, std::string_view token) const;

 private:
  using Clock = std::chrono::steady_clock;

  void try_keys(const Call& call);
  Status fetch_keys(const Call& call);
  Result<json::object> locked_metadata(const Call& call);
  [[nodiscard]] Result<json::object> get(const Call& call, const std::string& url) const;

  const Settings& settings_;
  std::mutex mutex_;
  json::object metadata_;  // empty: not fetched yet
  json::array keys_;
  std::optional<Clock::time_point> fetched_at_;
  std::optional<Clock::time_point> tried_at_;
  Status tried_;  // how it went
};

}  // namespace floe::oidc
