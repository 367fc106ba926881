#include "file_secrets.hpp"

#include "answers/answers.hpp"
#include "answers/wiped.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"

#include <cctype>
#include <sys/stat.h>

namespace floe::secrets {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 20U;  // as Kubernetes

// What keeps a key inside the folder.
bool is_key(std::string_view key) {
  if (key.empty() || key.front() == '.') return false;
  for (const char c : key) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && std::string_view("._-").find(c) == std::string_view::npos)
      return false;
  }
  return true;
}

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

std::string FileSecrets::health(Call& /*call*/) {
  const auto info = io::make_disk_file_system()->stat(directory_);
  const bool is_there = info && info->kind == io::FileKind::kDirectory;
  return answers::health(is_there ? "" : "there is no folder `" + directory_ + "`");
}

std::string FileSecrets::describe(Call& /*call*/) {
  return answers::description("file", {"lists"}, {{"value_bytes", kMaxBytes}});
}

Status FileSecrets::get(Call& /*call*/, std::string_view key, Sink& value) {
  if (!is_key(key)) {
    return fail(ErrorCode::kInvalidArgument, "a key is a file name of letters, digits, `.`, `_` and `-`");
  }
  const auto files = io::make_disk_file_system();
  const std::string path = io::join_path(directory_, key);
  const io::FileInfo info = FLOE_TRY(files->stat(path));
  if (info.kind != io::FileKind::kRegular) return failf(ErrorCode::kNotFound, "there is no secret `{}`", key);
  if ((info.mode & S_IROTH) != 0) {
    return failf(ErrorCode::kPermission, "everybody may read `{}`; `chmod o= {}` mends that", path, path);
  }
  if (info.size > kMaxBytes) return failf(ErrorCode::kData, "`{}` has more than {} bytes", path, kMaxBytes);
  const answers::Wiped content(FLOE_TRY(files->read(path)));
  const bool has_newline = !content.text.empty() && content.text.back() == '\n';
  value.write(std::string_view(content.text).substr(0, content.text.size() - (has_newline ? 1 : 0)));
  return ok();
}

Result<std::string> FileSecrets::list(Call& /*call*/, std::string_view prefix) {
  json::array keys;
  for (const io::DirectoryEntry& entry : FLOE_TRY(io::make_disk_file_system()->list(directory_))) {
    if (entry.kind == io::FileKind::kRegular && is_key(entry.name) && entry.name.starts_with(prefix))
      keys.emplace_back(entry.name);
  }
  return to_json(json::object{{"keys", std::move(keys)}});
}

Result<std::string> FileSecrets::pod_environment(Call& /*call*/, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const std::string object = get_string_or(parsed, "name", "floe-secrets");
  constexpr int kOwnerReads = 0400;
  const json::object secret{{"secretName", object}, {"defaultMode", kOwnerReads}};
  return to_json(
      json::object{{"env", json::array()},
                   {"envFrom", json::array()},
                   {"volumeMounts",
                    json::array{json::object{{"name", "floe-secrets"}, {"mountPath", directory_}, {"readOnly", true}}}},
                   {"volumes", json::array{json::object{{"name", "floe-secrets"}, {"secret", secret}}}}});
}

}  // namespace floe::secrets
