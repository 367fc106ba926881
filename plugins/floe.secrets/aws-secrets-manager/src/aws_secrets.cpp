#include "aws_secrets.hpp"

#include "answers/answers.hpp"
#include "answers/secret_variable.hpp"
#include "answers/wiped.hpp"
#include "secrets_api.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <cctype>
#include <set>

namespace floe::secrets {
namespace {

constexpr std::uint64_t kMaxBytes = 65'536;

Result<std::string> name_of(const Settings& settings, std::string_view key) {
  bool is_name = !key.empty();
  for (const char c : key) {
    is_name = is_name && (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                          std::string_view("/_+=.@-").find(c) != std::string_view::npos);
  }
  if (is_name) return settings.prefix + std::string(key);
  return fail(ErrorCode::kInvalidArgument, "a key has letters, digits and `/_+=.@-` only");
}

json::object with_value(std::string_view id_member, const std::string& name, std::string_view value) {
  json::object request{{id_member, name}, {"ClientRequestToken", io::random_uuid()}};
  if (text::is_valid_utf8(value)) {
    request["SecretString"] = value;
  } else {
    request["SecretBinary"] = text::to_base64(value);
  }
  return request;
}

Status done(const Result<json::object>& answer) { return answer ? ok() : Status(answer.error()); }

}  // namespace

std::string AwsSecrets::validate_config(Call& /*call*/, std::string_view config) {
  const auto settings = parse_settings(config);
  return settings ? answers::no_problems() : answers::problem(settings.error());
}

Result<std::unique_ptr<AwsSecrets>> AwsSecrets::create(Call& /*call*/, std::string_view config) {
  Settings settings = FLOE_TRY(parse_settings(config));
  FLOE_TRY(complete(&settings));
  return std::make_unique<AwsSecrets>(std::move(settings));
}

std::string AwsSecrets::health(Call& /*call*/) { return answers::health(); }

std::string AwsSecrets::describe(Call& /*call*/) {
  return answers::description("aws-secrets-manager", {"writes", "lists"}, {{"value_bytes", kMaxBytes}});
}

Status AwsSecrets::get(Call& call, std::string_view key, Sink& value) {
  const std::string name = FLOE_TRY(name_of(settings_, key));
  const json::object answer =
      FLOE_TRY(SecretsApi(call, settings_, credentials_).invoke("GetSecretValue", {{"SecretId", name}}));
  if (auto found = get_string(answer, "SecretString")) {
    const answers::Wiped plain(std::move(*found));
    value.write(plain.text);
    return ok();
  }
  auto decoded = text::from_base64(get_string_or(answer, "SecretBinary", ""));
  if (!decoded) return failf(ErrorCode::kData, "the secret `{}` has no value that can be read", name);
  const answers::Wiped plain(std::move(*decoded));
  value.write(plain.text);
  return ok();
}

Status AwsSecrets::put(Call& call, std::string_view key, std::string_view value) {
  const std::string name = FLOE_TRY(name_of(settings_, key));
  const SecretsApi api(call, settings_, credentials_);
  const auto updated = api.invoke("UpdateSecret", with_value("SecretId", name, value));
  if (updated) return ok();
  if (updated.error().code == ErrorCode::kNotFound)
    return done(api.invoke("CreateSecret", with_value("Name", name, value)));
  if (updated.error().code != ErrorCode::kInvalidState) return updated.error();
  FLOE_TRY(api.invoke("RestoreSecret", {{"SecretId", name}}));
  return done(api.invoke("UpdateSecret", with_value("SecretId", name, value)));
}

Status AwsSecrets::remove(Call& call, std::string_view key) {
  const std::string name = FLOE_TRY(name_of(settings_, key));
  json::object request{{"SecretId", name}};
  if (settings_.recovery_days == 0) {
    request["ForceDeleteWithoutRecovery"] = true;
  } else {
    request["RecoveryWindowInDays"] = settings_.recovery_days;
  }
  const auto removed = SecretsApi(call, settings_, credentials_).invoke("DeleteSecret", request);
  const bool was_gone =
      !removed && (removed.error().code == ErrorCode::kNotFound || removed.error().code == ErrorCode::kInvalidState);
  return was_gone ? ok() : done(removed);
}

Result<std::string> AwsSecrets::list(Call& call, std::string_view prefix) {
  const std::string wanted = settings_.prefix + std::string(prefix);
  const SecretsApi api(call, settings_, credentials_);
  std::set<std::string> found;
  std::string next;
  do {
    json::object request{{"MaxResults", 100}};
    if (!wanted.empty())
      request["Filters"] = json::array{json::object{{"Key", "name"}, {"Values", json::array{wanted}}}};
    if (!next.empty()) request["NextToken"] = next;
    const json::object answer = FLOE_TRY(api.invoke("ListSecrets", request));
    for (const json::value& item : *FLOE_TRY(require_array(answer, "SecretList"))) {
      const std::string name = item.is_object() ? get_string_or(item.get_object(), "Name", "") : "";
      // The filter of AWS looks at words and takes no notice of case.
      if (name.starts_with(wanted) && name.size() > settings_.prefix.size())
        found.insert(name.substr(settings_.prefix.size()));
    }
    next = get_string_or(answer, "NextToken", "");
  } while (!next.empty());
  json::array keys;
  for (const std::string& key : found)
    keys.emplace_back(key);
  return to_json(json::object{{"keys", std::move(keys)}});
}

Result<std::string> AwsSecrets::pod_environment(Call& /*call*/, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const std::string object = get_string_or(parsed, "name", "floe-secrets");
  json::array variables;
  for (const std::string& key : {settings_.access_key_id, settings_.secret_access_key, settings_.session_token}) {
    if (settings_.mode != CredentialMode::kStatic || key.empty()) continue;
    variables.push_back(
        json::object{{"name", answers::secret_variable(key)},
                     {"valueFrom", json::object{{"secretKeyRef", json::object{{"name", object}, {"key", key}}}}}});
  }
  return to_json(json::object{{"env", std::move(variables)},
                              {"envFrom", json::array()},
                              {"volumeMounts", json::array()},
                              {"volumes", json::array()}});
}

}  // namespace floe::secrets
