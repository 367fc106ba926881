#include "oidc_identity.hpp"

#include "answers/answers.hpp"
#include "signed_token.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace floe::oidc {
namespace {

Error refused(std::string message) { return fail(ErrorCode::kUnauthenticated, std::move(message)); }

// A NumericDate of RFC 7519, which may have a fraction.
std::optional<double> seconds_of(const json::object& claims, std::string_view name) {
  const json::value* value = claims.if_contains(name);
  return value != nullptr && value->is_number() ? std::optional(value->to_number<double>()) : std::nullopt;
}

// The claim that names lead to; nullptr when there is none.
const json::value* claim_at(const json::object& claims, const std::vector<std::string>& path) {
  const json::value* value = nullptr;
  const json::object* object = &claims;
  for (const std::string& name : path) {
    value = object == nullptr ? nullptr : object->if_contains(name);
    object = value == nullptr ? nullptr : value->if_object();
  }
  return value;
}

// The texts of a claim that is one text or a list of them.
std::vector<std::string> texts_at(const json::object& claims, const std::vector<std::string>& path) {
  std::vector<std::string> out;
  const json::value* value = claim_at(claims, path);
  if (value == nullptr) return out;
  const json::array texts = value->is_array() ? value->get_array() : json::array{*value};
  for (const json::value& text : texts) {
    if (text.is_string()) out.emplace_back(to_view(text.get_string()));
  }
  return out;
}

// A claim that is one text may have several roles, as `scope` has (RFC 8693 section 4.2).
std::vector<std::string> roles_at(const json::object& claims, const std::vector<std::string>& path) {
  const json::value* value = claim_at(claims, path);
  if (value != nullptr && value->is_string()) return text::split_words(to_view(value->get_string()));
  return texts_at(claims, path);
}

json::array array_of(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

// RFC 7519 section 4.1; `exp` is required here: a token that never ends cannot be taken back.
Status check_claims(const json::object& claims, const Settings& settings, std::int64_t now) {
  const auto leeway = static_cast<double>(settings.leeway_seconds);
  const auto seconds = static_cast<double>(now);
  if (get_string_or(claims, "iss", "") != settings.issuer) return refused("the token is of another issuer");
  const std::vector<std::string> audience = texts_at(claims, {"aud"});
  const bool is_for_us = std::any_of(audience.begin(), audience.end(), [&](const std::string& one) {
    return std::find(settings.audiences.begin(), settings.audiences.end(), one) != settings.audiences.end();
  });
  if (!is_for_us) return refused("the token is for another audience");
  for (const char* name : {"exp", "nbf"}) {
    if (claims.contains(name) && !seconds_of(claims, name))
      return refused(std::string("the token's `") + name + "` is no number");
  }
  const auto expires = seconds_of(claims, "exp");
  if (!expires) return refused("the token does not say when it expires");
  if (*expires + leeway <= seconds) return refused("the token has expired");
  if (seconds_of(claims, "nbf").value_or(0) - leeway > seconds) return refused("the token is not valid yet");
  if (get_string_or(claims, "sub", "").empty()) return refused("the token does not say who it is for");
  return ok();
}

bool is_signed_by(const SignedToken& token, const json::array& keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const json::value& key) {
    if (!key.is_object()) return false;
    const bool is_meant =
        token.key_id().empty() || get_string_or(key.get_object(), "kid", token.key_id()) == token.key_id();
    return is_meant && token.is_signed_with(key.get_object());
  });
}

}  // namespace

std::string OidcIdentity::validate_config(Call& /*call*/, std::string_view config) {
  const auto settings = read_settings(config);
  return settings ? answers::no_problems() : answers::problem(settings.error());
}

Result<std::unique_ptr<OidcIdentity>> OidcIdentity::create(Call& /*call*/, std::string_view config) {
  Settings settings = FLOE_TRY(read_settings(config));
  return std::make_unique<OidcIdentity>(std::move(settings));
}

std::string OidcIdentity::health(Call& call) {
  const auto keys = issuer_.keys(call);
  return answers::health(keys ? "" : keys.error().message);
}

std::string OidcIdentity::describe(Call& /*call*/) { return answers::description("oidc"); }

Result<std::string> OidcIdentity::oidc_config(Call& call) {
  const json::object found = FLOE_TRY(issuer_.metadata(call));
  json::object out{{"issuer_url", settings_.issuer}, {"audience", settings_.audiences.front()}};
  for (const char* key : {"jwks_uri", "authorization_endpoint", "token_endpoint", "userinfo_endpoint"}) {
    if (const auto url = get_string(found, key)) out[key] = *url;
  }
  if (const json::array* scopes = get_array(found, "scopes_supported")) out["scopes"] = *scopes;
  return to_json(out);
}

Result<json::object> OidcIdentity::accepted_claims(const Call& call, std::string_view token) {
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  const auto parsed = SignedToken::parse(token);
  if (!parsed) return refused(parsed.error().message);
  bool is_signed = is_signed_by(*parsed, FLOE_TRY(issuer_.keys(call)));
  // Issuers change their keys.
  if (!is_signed) is_signed = is_signed_by(*parsed, FLOE_TRY(issuer_.keys(call, true)));
  if (!is_signed) return refused("the token is not signed with a key of the issuer");
  auto claims = parsed->claims();
  if (!claims) return refused(claims.error().message);
  FLOE_TRY(check_claims(*claims, settings_, io::make_system_clock()->now_unix_ns() / kNanosPerSecond));
  return claims;
}

Result<std::string> OidcIdentity::validate_token(Call& call, std::string_view token) {
  constexpr double kMillis = 1000;
  constexpr double kLastSecond = 253'402'300'799;  // of the year 9999, which RFC 3339 can still write
  auto claims = accepted_claims(call, token);
  if (!claims && claims.error().code != ErrorCode::kUnauthenticated) return claims.error();
  if (!claims) return to_json(json::object{{"valid", false}, {"error", claims.error().message}});
  const double expires = std::min(seconds_of(*claims, "exp").value_or(0), kLastSecond);
  json::object out{{"valid", true},
                   {"subject", get_string_or(*claims, "sub", "")},
                   {"roles", array_of(roles_at(*claims, settings_.roles_claim))},
                   {"groups", array_of(texts_at(*claims, settings_.groups_claim))},
                   {"expires_at", time::format_utc_millis(static_cast<std::int64_t>(expires * kMillis))}};
  out["claims"] = std::move(*claims);
  return to_json(out);
}

Result<std::string> OidcIdentity::user_info(Call& call, std::string_view token) {
  json::object claims = FLOE_TRY(accepted_claims(call, token));
  // What the token does not say the issuer may: OpenID Connect Core 1.0, section 5.3.
  const json::object found = FLOE_TRY(issuer_.metadata(call));
  const std::string url = get_string_or(found, "userinfo_endpoint", "");
  const std::string subject = get_string_or(claims, "sub", "");
  if (!url.empty()) {
    const json::object said = FLOE_TRY(issuer_.get_with_token(call, url, token));
    if (get_string_or(said, "sub", "") != subject) return refused("the issuer speaks of someone else");
    // Its answer is not signed: what the token says holds.
    for (const auto& [key, value] : said)
      claims.emplace(key, value);
  }
  json::object out{{"subject", subject},
                   {"roles", array_of(roles_at(claims, settings_.roles_claim))},
                   {"groups", array_of(texts_at(claims, settings_.groups_claim))}};
  for (const char* key : {"name", "email"}) {
    if (const auto text = get_string(claims, key)) out[key] = *text;
  }
  out["claims"] = std::move(claims);
  return to_json(out);
}

}  // namespace floe::oidc
