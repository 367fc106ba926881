#include "file_secrets.hpp"

#include "answers/answers.hpp"
#include "secret_files/secret_files.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"

namespace floe::secrets {
namespace {

Result<std::string> directory_of(std::string_view config) {
  const json::object parsed = FLOE_TRY(parse_json_object(config.empty() ? "{}" : config));
  for (const auto& member : parsed) {
    if (member.key() != "directory") {
      return failf(ErrorCode::kInvalidConfig, "unknown key `{}`; accepted is `directory`",
                   std::string_view(member.key()));
    }
  }
  const std::string directory = get_string_or(parsed, "directory", "");
  if (!io::is_absolute_path(directory)) {
    return fail(ErrorCode::kInvalidConfig, "`directory` must be an absolute path");
  }
  return directory;
}

}  // namespace

std::string FileSecrets::validate_config(Call& /*call*/, std::string_view config) {
  const auto directory = directory_of(config);
  return directory ? answers::no_problems() : answers::problem("directory", directory.error().message);
}

Result<std::unique_ptr<FileSecrets>> FileSecrets::create(Call& /*call*/, std::string_view config) {
  std::string directory = FLOE_TRY(directory_of(config));
  return std::make_unique<FileSecrets>(std::move(directory));
}

std::string FileSecrets::health(Call& /*call*/) { return secret_files::health(directory_); }

std::string FileSecrets::describe(Call& /*call*/) {
  return answers::description("file", {"lists"}, {{"value_bytes", secret_files::kMaxBytes}});
}

Status FileSecrets::get(Call& /*call*/, std::string_view key, Sink& value) {
  return secret_files::read(directory_, key, secret_files::Readers::kNotEverybody, value);
}

Result<std::string> FileSecrets::list(Call& /*call*/, std::string_view prefix) {
  return secret_files::list(directory_, prefix);
}

Result<std::string> FileSecrets::pod_environment(Call& /*call*/, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  return secret_files::pod_environment(get_string_or(parsed, "name", "floe-secrets"), directory_, {});
}

}  // namespace floe::secrets
