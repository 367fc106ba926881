#include "compile/verdict_cache.hpp"

#include "base/fail.hpp"
#include "base/io/account.hpp"
#include "base/io/private_file.hpp"
#include "base/io/user_folder.hpp"
#include "base/text/keyed_digest.hpp"
#include "base/text/text.hpp"

namespace floe::compile {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kHexDigits = 64;  // of the key and of a code
constexpr std::uint32_t kOfOthers = 0077;

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
  const std::string keys = FLOE_TRY(io::user_folder(environment, "XDG_CONFIG_HOME", ".config", project_root, files_));
  key_ = FLOE_TRY(read_key(io::join_path(keys, "cache.key"), files_));
  const std::string entries = FLOE_TRY(io::user_folder(environment, "XDG_CACHE_HOME", ".cache", project_root, files_));
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
