#include "kubernetes_secrets.hpp"

#include "answers/answers.hpp"
#include "answers/wiped.hpp"
#include "kubernetes/metadata.hpp"
#include "secret_api.hpp"
#include "secret_files/secret_files.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <vector>

namespace floe::secrets {
namespace {

struct Place {
  std::string secret;
  std::string key;
  std::string prefix;  // of the keys of this Secret, as users write them
};

Result<Place> split(const Settings& settings, std::string_view key) {
  const std::size_t slash = key.find('/');
  if (slash == std::string_view::npos) return Place{settings.secret, std::string(key), ""};
  Place place{std::string(key.substr(0, slash)), std::string(key.substr(slash + 1)),
              std::string(key.substr(0, slash + 1))};
  if (kubernetes::is_dns_subdomain(place.secret)) return place;
  return failf(ErrorCode::kInvalidArgument, "`{}` is no name of a Secret", place.secret);
}

Result<Place> place_of(const Settings& settings, std::string_view key) {
  Place place = FLOE_TRY(split(settings, key));
  if (secret_files::is_key(place.key)) return place;
  return fail(ErrorCode::kInvalidArgument,
              "a key has letters, digits, `.`, `_` and `-`; `NAME/` before it names another Secret");
}

Status refuse_writes(const Settings& settings) {
  if (settings.directory.empty()) return ok();
  return failf(ErrorCode::kUnsupported, "`{}` is mounted to be read; without `directory` the API is used",
               settings.directory);
}

}  // namespace

std::string KubernetesSecrets::validate_config(Call& /*call*/, std::string_view config) {
  const auto settings = parse_settings(config);
  return settings ? answers::no_problems() : answers::problem(settings.error());
}

Result<std::unique_ptr<KubernetesSecrets>> KubernetesSecrets::create(Call& /*call*/, std::string_view config) {
  Settings settings = FLOE_TRY(parse_settings(config));
  FLOE_TRY(complete_in_pod(&settings));
  return std::make_unique<KubernetesSecrets>(std::move(settings));
}

std::string KubernetesSecrets::health(Call& /*call*/) {
  return settings_.directory.empty() ? answers::health() : secret_files::health(settings_.directory);
}

std::string KubernetesSecrets::describe(Call& /*call*/) {
  return answers::description("kubernetes", {"writes", "lists"}, {{"value_bytes", secret_files::kMaxBytes}});
}

Status KubernetesSecrets::get(Call& call, std::string_view key, Sink& value) {
  // Everybody who can open the mounted file is in the pod already.
  if (!settings_.directory.empty())
    return secret_files::read(settings_.directory, key, secret_files::Readers::kAnybody, value);
  const Place place = FLOE_TRY(place_of(settings_, key));
  const json::object data = FLOE_TRY(SecretApi(call, settings_).read(place.secret));
  const answers::Wiped encoded(get_string_or(data, place.key, ""));
  if (!data.contains(place.key)) {
    return failf(ErrorCode::kNotFound, "the Secret `{}/{}` has no key `{}`", settings_.name_space, place.secret,
                 place.key);
  }
  auto decoded = text::from_base64(encoded.text);
  if (!decoded) return failf(ErrorCode::kData, "the value of `{}` is no base64", key);
  const answers::Wiped plain(std::move(*decoded));
  value.write(plain.text);
  return ok();
}

Status KubernetesSecrets::put(Call& call, std::string_view key, std::string_view value) {
  FLOE_TRY(refuse_writes(settings_));
  const Place place = FLOE_TRY(place_of(settings_, key));
  return SecretApi(call, settings_).write(place.secret, place.key, value);
}

Status KubernetesSecrets::remove(Call& call, std::string_view key) {
  FLOE_TRY(refuse_writes(settings_));
  const Place place = FLOE_TRY(place_of(settings_, key));
  return SecretApi(call, settings_).remove(place.secret, place.key);
}

Result<std::string> KubernetesSecrets::list(Call& call, std::string_view prefix) {
  if (!settings_.directory.empty()) return secret_files::list(settings_.directory, prefix);
  const Place place = FLOE_TRY(split(settings_, prefix));
  const auto data = SecretApi(call, settings_).read(place.secret);
  if (!data && data.error().code != ErrorCode::kNotFound) return data.error();
  std::vector<std::string> found;
  if (data) {
    for (const auto& member : *data) {
      const std::string_view key = member.key();
      if (key.starts_with(place.key)) found.push_back(place.prefix + std::string(key));
    }
  }
  std::sort(found.begin(), found.end());
  json::array keys;
  for (const std::string& key : found)
    keys.emplace_back(key);
  return to_json(json::object{{"keys", std::move(keys)}});
}

Result<std::string> KubernetesSecrets::pod_environment(Call& /*call*/, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const json::array* keys = FLOE_TRY(require_array(parsed, "keys"));
  const bool is_mounted = !settings_.directory.empty();
  for (const json::value& key : *keys) {
    if (!key.is_string()) return fail(ErrorCode::kInvalidArgument, "`keys` has something else than texts");
    const std::string_view text = to_view(key.get_string());
    const Place place = FLOE_TRY(place_of(settings_, text));
    if (is_mounted && !place.prefix.empty()) {
      return failf(ErrorCode::kInvalidArgument, "`{}` is of another Secret than `{}`, which is mounted", text,
                   settings_.secret);
    }
  }
  if (is_mounted) return secret_files::pod_environment(settings_.secret, settings_.directory, *keys);
  return to_json(json::object{
      {"env", json::array()}, {"envFrom", json::array()}, {"volumeMounts", json::array()}, {"volumes", json::array()}});
}

}  // namespace floe::secrets
