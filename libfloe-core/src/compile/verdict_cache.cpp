#include "compile/verdict_cache.hpp"

#include "base/fail.hpp"
#include "base/io/account.hpp"
#include "base/io/private_file.hpp"
#include "base/text/keyed_digest.hpp"
#include "base/text/text.hpp"

namespace floe::compile {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kHexDigits = 64;  // of the key and of a code
constexpr std::uint32_t kOfOthers = 0077;

// XDG: a folder that is not absolute is none.
Result<std::string> user_folder(const io::Environment& environment, const char* variable, const char* in_home) {
  const std::string own = environment.get(variable).value_or("");
  if (io::is_absolute_path(own)) return io::join_path(own, "floe");
  const std::string home = environment.get("HOME").value_or("");
  if (io::is_absolute_path(home)) return io::join_path(io::join_path(home, in_home), "floe");
  return failf(ErrorCode::kNotFound, "neither {} nor HOME names a folder", variable);
}

// What lies in the project is written by whoever writes the project.
Result<std::string> folder_outside(const std::string& folder, const std::string& project_root, io::FileSystem& files) {
  FLOE_TRY(files.create_directories(folder));
  std::string real = FLOE_TRY(files.canonical(folder));
  const std::string project = FLOE_TRY(files.canonical(project_root));
  if (io::lies_in(real, project)) return failf(ErrorCode::kPermission, "`{}` lies in the project", folder);
  return real;
}

// Made once. A key that others may read or have written is none.
Result<std::string> read_key(const std::string& path, io::FileSystem& files) {
  io::FileInfo info = FLOE_TRY(files.stat(path));
  if (info.kind == io::FileKind::kMissing) {
    const Status made = io::create_private_file(path, text::to_hex(io::random_bytes(kKeyBytes)));
    if (!made && made.error().code != ErrorCode::kAlreadyExists) return made.error();
    info = FLOE_TRY(files.stat(path));
  }
  const bool is_secret = info.kind == io::FileKind::kRegular && (info.mode & kOfOthers) == 0;
  if (!is_secret || info.owner != io::current_user_id())
    return failf(ErrorCode::kPermission, "`{}` is no file that only you may read; remove it", path);
  std::string key = FLOE_TRY(files.read(path));
  if (key.size() != kHexDigits || !text::from_hex(key))
    return failf(ErrorCode::kData, "`{}` holds no key; remove it", path);
  return key;
}

}  // namespace

VerdictCache VerdictCache::open(const std::string& project_root, io::FileSystem& files,
                                const io::Environment& environment) {
  VerdictCache cache(files);
  const Status prepared = cache.prepare(project_root, environment);
  if (!prepared) {
    cache.directory_.clear();
    cache.why_not_ = prepared.error().to_string();
  }
  return cache;
}

Status VerdictCache::prepare(const std::string& project_root, const io::Environment& environment) {
  project_root_ = project_root;
  const std::string home = FLOE_TRY(user_folder(environment, "XDG_CONFIG_HOME", ".config"));
  const std::string keys = FLOE_TRY(folder_outside(home, project_root, files_));
  key_ = FLOE_TRY(read_key(io::join_path(keys, "cache.key"), files_));
  const std::string folder = FLOE_TRY(user_folder(environment, "XDG_CACHE_HOME", ".cache"));
  const std::string entries = FLOE_TRY(folder_outside(folder, project_root, files_));
  directory_ = io::join_path(entries, text::sha256_hex(project_root));
  return ok();
}

std::optional<std::string> VerdictCache::read(std::string_view name) const {
  if (directory_.empty()) return std::nullopt;
  auto text = files_.read(io::join_path(directory_, name));
  if (!text || text->size() <= kHexDigits || (*text)[kHexDigits] != '\n') return std::nullopt;
  std::string content = text->substr(kHexDigits + 1);
  text->resize(kHexDigits);
  if (!text::equals_in_constant_time(*text, code_of(name, content))) return std::nullopt;
  return content;
}

Status VerdictCache::write(std::string_view name, std::string_view content) const {
  if (directory_.empty()) return ok();
  FLOE_TRY(files_.create_directories(directory_));
  return files_.write_atomic(io::join_path(directory_, name), code_of(name, content) + "\n" + std::string(content),
                             io::Durability::kFast);
}

// Of one entry of one project: another one's says nothing of it.
std::string VerdictCache::code_of(std::string_view name, std::string_view content) const {
  return text::hmac_sha256_hex(key_, fmt::format("floe-cache/1\n{}\n{}\n{}", name, project_root_, content));
}

}  // namespace floe::compile
