#include "env_secrets.hpp"

#include "answers/answers.hpp"
#include "answers/secret_variable.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <cctype>
#include <cstdlib>
#include <set>
#include <unistd.h>

namespace floe::secrets {
namespace {

bool is_letter_or_digit(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

std::string key_of(std::string_view variable) {
  std::string key;
  for (const char c : variable.substr(answers::kSecretPrefix.size()))
    key += c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return key;
}

}  // namespace

Result<std::string> variable_of(std::string_view key) {
  if (key.empty()) return fail(ErrorCode::kInvalidArgument, "the key is empty");
  for (const char c : key) {
    if (!is_letter_or_digit(c) && std::string_view("._-/").find(c) == std::string_view::npos) {
      return fail(ErrorCode::kInvalidArgument, "a key has letters, digits, `.`, `_`, `-` and `/` only");
    }
  }
  return answers::secret_variable(key);
}

std::string EnvSecrets::validate_config(Call& /*call*/, std::string_view config) {
  return answers::no_config_problems(config);
}

std::string EnvSecrets::health(Call& /*call*/) { return answers::health(); }

std::string EnvSecrets::describe(Call& /*call*/) { return answers::description("env", {"lists"}); }

Status EnvSecrets::get(Call& /*call*/, std::string_view key, Sink& value) {
  const std::string name = FLOE_TRY(variable_of(key));
  const char* found = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): floe never changes its environment
  if (found == nullptr) return failf(ErrorCode::kNotFound, "the environment has no `{}`", name);
  value.write(found);
  return ok();
}

std::string EnvSecrets::list(Call& /*call*/, std::string_view prefix) {
  std::set<std::string> keys;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view pair = *entry;
    const std::string_view name = pair.substr(0, pair.find('='));
    if (!name.starts_with(answers::kSecretPrefix) || name.size() == answers::kSecretPrefix.size()) continue;
    std::string key = key_of(name);
    if (key.starts_with(prefix)) keys.insert(std::move(key));
  }
  json::array sorted;
  for (const std::string& key : keys)
    sorted.emplace_back(key);
  return to_json(json::object{{"keys", std::move(sorted)}});
}

Result<std::string> EnvSecrets::pod_environment(Call& /*call*/, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const std::string object = get_string_or(parsed, "name", "floe-secrets");
  json::array variables;
  const json::array* keys = get_array(parsed, "keys");
  if (keys == nullptr) return fail(ErrorCode::kInvalidArgument, "the request has no `keys`");
  for (const json::value& key : *keys) {
    if (!key.is_string()) return fail(ErrorCode::kInvalidArgument, "`keys` has something else than texts");
    const std::string variable = FLOE_TRY(variable_of(to_view(key.get_string())));
    variables.push_back(
        json::object{{"name", variable},
                     {"valueFrom", json::object{{"secretKeyRef", json::object{{"name", object}, {"key", key}}}}}});
  }
  return to_json(json::object{{"env", std::move(variables)},
                              {"envFrom", json::array()},
                              {"volumeMounts", json::array()},
                              {"volumes", json::array()}});
}

}  // namespace floe::secrets
