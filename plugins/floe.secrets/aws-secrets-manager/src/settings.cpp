#include "settings.hpp"

#include "answers/members.hpp"

#include "base/io/environment.hpp"
#include "base/json/json.hpp"

#include <fmt/format.h>

#include <utility>

namespace floe::secrets {
namespace {

using answers::accept_members;
using answers::read_number;
using answers::read_text;
using answers::wrong_member;

Status read_url(const json::object& object, std::string_view key, std::string* out) {
  FLOE_TRY(read_text(object, key, out));
  while (out->ends_with('/'))
    out->pop_back();
  if (!object.contains(key) || out->starts_with("http://") || out->starts_with("https://")) return ok();
  return wrong_member(key, fmt::format("`{}` must be an http or https URL", key));
}

Status read_reference(const json::object& object, std::string_view key, std::string* out) {
  if (!object.contains(key)) return ok();
  const json::object* reference = get_object(object, key);
  if (reference != nullptr) *out = get_string_or(*reference, "secret_ref", "");
  if (!out->empty()) return ok();
  return wrong_member(key, fmt::format("`{}` must be `{{secret_ref: key}}`", key));
}

Status read_credentials(const json::object& object, Settings* out) {
  FLOE_TRY(accept_members(object,
                          {"mode", "access_key_id", "secret_access_key", "session_token", "role_arn", "token_file"}));
  const std::string mode = get_string_or(object, "mode", "");
  if (mode == "static") out->mode = CredentialMode::kStatic;
  if (mode == "iam_role") out->mode = CredentialMode::kIamRole;
  if (mode != "environment" && out->mode == CredentialMode::kEnvironment) {
    return wrong_member("mode", "`mode` of the credentials must be `environment`, `static` or `iam_role`");
  }
  FLOE_TRY(read_reference(object, "access_key_id", &out->access_key_id));
  FLOE_TRY(read_reference(object, "secret_access_key", &out->secret_access_key));
  FLOE_TRY(read_reference(object, "session_token", &out->session_token));
  FLOE_TRY(read_text(object, "role_arn", &out->role_arn));
  FLOE_TRY(read_text(object, "token_file", &out->token_file));
  if (out->mode == CredentialMode::kStatic && (out->access_key_id.empty() || out->secret_access_key.empty())) {
    return wrong_member("credentials", "static credentials need `access_key_id` and `secret_access_key`");
  }
  return ok();
}

}  // namespace

Result<Settings> parse_settings(std::string_view config) {
  const json::object parsed = FLOE_TRY(parse_json_object(config.empty() ? "{}" : config));
  FLOE_TRY(accept_members(
      parsed, {"region", "endpoint", "sts_endpoint", "prefix", "recovery_days", "timeout_ms", "credentials"}));
  Settings out;
  FLOE_TRY(read_text(parsed, "region", &out.region));
  FLOE_TRY(read_url(parsed, "endpoint", &out.endpoint));
  FLOE_TRY(read_url(parsed, "sts_endpoint", &out.sts_endpoint));
  FLOE_TRY(read_text(parsed, "prefix", &out.prefix));
  constexpr std::int64_t kMostDays = 30;
  constexpr std::int64_t kLongestTimeout = 3'600'000;
  FLOE_TRY(read_number(parsed, "recovery_days", 0, kMostDays, &out.recovery_days));
  FLOE_TRY(read_number(parsed, "timeout_ms", 1, kLongestTimeout, &out.timeout_ms));
  if (!parsed.contains("credentials")) return out;
  const json::object* credentials = get_object(parsed, "credentials");
  if (credentials == nullptr) return wrong_member("credentials", "`credentials` must be an object with `mode`");
  FLOE_TRY(read_credentials(*credentials, &out));
  return out;
}

Status complete(Settings* settings) {
  const auto environment = io::make_process_environment();
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (settings->region.empty()) settings->region = environment->get(name).value_or("");
  }
  if (settings->region.empty())
    return wrong_member("region", "neither `region` nor AWS_REGION says where the secrets are");
  if (settings->endpoint.empty())
    settings->endpoint = fmt::format("https://secretsmanager.{}.amazonaws.com", settings->region);
  if (settings->sts_endpoint.empty())
    settings->sts_endpoint = fmt::format("https://sts.{}.amazonaws.com", settings->region);
  return ok();
}

}  // namespace floe::secrets
