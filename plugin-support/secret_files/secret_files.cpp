#include "secret_files.hpp"

#include "answers/answers.hpp"
#include "answers/wiped.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"

#include <cctype>
#include <sys/stat.h>

namespace floe::secret_files {

bool is_key(std::string_view key) {
  if (key.empty() || key.front() == '.') return false;
  for (const char c : key) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && std::string_view("._-").find(c) == std::string_view::npos)
      return false;
  }
  return true;
}

Status read(const std::string& directory, std::string_view key, Readers allowed, Sink& value) {
  if (!is_key(key)) {
    return fail(ErrorCode::kInvalidArgument, "a key is a file name of letters, digits, `.`, `_` and `-`");
  }
  const auto files = io::make_disk_file_system();
  const std::string path = io::join_path(directory, key);
  const io::FileInfo info = FLOE_TRY(files->stat(path));
  if (info.kind != io::FileKind::kRegular) return failf(ErrorCode::kNotFound, "there is no secret `{}`", key);
  if (allowed == Readers::kNotEverybody && (info.mode & S_IROTH) != 0) {
    return failf(ErrorCode::kPermission, "everybody may read `{}`; `chmod o= {}` mends that", path, path);
  }
  if (info.size > kMaxBytes) return failf(ErrorCode::kData, "`{}` has more than {} bytes", path, kMaxBytes);
  const answers::Wiped content(FLOE_TRY(files->read(path)));
  const bool has_newline = !content.text.empty() && content.text.back() == '\n';
  value.write(std::string_view(content.text).substr(0, content.text.size() - (has_newline ? 1 : 0)));
  return ok();
}

Result<std::string> list(const std::string& directory, std::string_view prefix) {
  json::array keys;
  for (const io::DirectoryEntry& entry : FLOE_TRY(io::make_disk_file_system()->list(directory))) {
    if (entry.kind == io::FileKind::kRegular && is_key(entry.name) && entry.name.starts_with(prefix))
      keys.emplace_back(entry.name);
  }
  return to_json(json::object{{"keys", std::move(keys)}});
}

std::string health(const std::string& directory) {
  const auto info = io::make_disk_file_system()->stat(directory);
  const bool is_there = info && info->kind == io::FileKind::kDirectory;
  return answers::health(is_there ? "" : "there is no folder `" + directory + "`");
}

std::string pod_environment(const std::string& object, const std::string& directory, const json::array& keys) {
  constexpr int kOwnerReads = 0400;
  json::object secret{{"secretName", object}, {"defaultMode", kOwnerReads}};
  json::array items;
  for (const json::value& key : keys)
    items.push_back(json::object{{"key", key}, {"path", key}});
  if (!items.empty()) secret["items"] = std::move(items);
  return to_json(
      json::object{{"env", json::array()},
                   {"envFrom", json::array()},
                   {"volumeMounts",
                    json::array{json::object{{"name", "floe-secrets"}, {"mountPath", directory}, {"readOnly", true}}}},
                   {"volumes", json::array{json::object{{"name", "floe-secrets"}, {"secret", std::move(secret)}}}}});
}

}  // namespace floe::secret_files
