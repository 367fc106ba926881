#include "service/kv_service.hpp"

#include "plugin/host_core.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::service {
namespace {

constexpr std::size_t kLongestKey = 80;  // three bytes each in a file name, of which 255 are possible
constexpr std::size_t kLargestValue = std::size_t{16} * 1024 * 1024;

// Letters, digits, `-`, `_` and inner dots stand for themselves, every other byte is %XX.
std::string file_of(std::string_view key) {
  std::string out;
  for (const char c : key) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                          c == '_' || (c == '.' && !out.empty());
    out += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// "" for a name that no key has.
std::string key_of(std::string_view file) {
  std::string out;
  for (std::size_t i = 0; i < file.size(); ++i) {
    if (file[i] != '%') {
      out += file[i];
      continue;
    }
    const auto byte = text::from_hex(file.substr(i + 1, 2));
    if (!byte || byte->size() != 1) return {};
    out += *byte;
    i += 2;
  }
  return file_of(out) == file ? out : "";
}

}  // namespace

void KvService::use(const std::string& state_directory) {
  const std::lock_guard lock(mutex_);
  root_ = io::join_path(state_directory, "kv");
}

Result<std::string> KvService::directory(Call& c) {
  const std::lock_guard lock(mutex_);
  if (root_.empty()) return fail(ErrorCode::kInvalidState, "there is no project here to keep values in");
  const std::string_view id = c.raw_host()->ctx->plugin_id();
  return io::join_path(root_, id.empty() ? "floe" : std::string(id));
}

Result<std::string> KvService::path(Call& c, std::string_view key) {
  if (key.empty() || key.size() > kLongestKey) {
    return failf(ErrorCode::kInvalidArgument, "a key has 1 to {} bytes, not {}", kLongestKey, key.size());
  }
  const std::string folder = FLOE_TRY(directory(c));
  return io::join_path(folder, file_of(key));
}

Status KvService::get(Call& c, std::string_view key, Sink& value) {
  const std::string file = FLOE_TRY(path(c, key));
  const auto content = files_.read(file);
  if (!content.has_value()) {
    if (content.error().code != ErrorCode::kNotFound) return content.error();
    return failf(ErrorCode::kNotFound, "no value is kept under `{}`", key);
  }
  value.write(*content);
  return ok();
}

Status KvService::put(Call& c, std::string_view key, std::string_view value) {
  if (value.size() > kLargestValue) {
    return failf(ErrorCode::kExhausted, "a value has at most {} bytes, not {}", kLargestValue, value.size());
  }
  const std::string file = FLOE_TRY(path(c, key));
  FLOE_TRY(files_.create_directories(io::parent_path(file)));
  return files_.write_atomic(file, value, io::Durability::kFull);
}

Status KvService::remove(Call& c, std::string_view key) {
  const std::string file = FLOE_TRY(path(c, key));
  const Status removed = files_.remove(file);
  return removed.has_value() || removed.error().code == ErrorCode::kNotFound ? ok() : removed;
}

Result<std::string> KvService::list(Call& c, std::string_view prefix) {
  const std::string folder = FLOE_TRY(directory(c));
  std::vector<std::string> keys;
  const auto entries = files_.list(folder);
  if (!entries.has_value() && entries.error().code != ErrorCode::kNotFound) return entries.error();
  if (entries.has_value()) {
    for (const io::DirectoryEntry& entry : *entries) {
      std::string key = entry.kind == io::FileKind::kRegular ? key_of(entry.name) : "";
      if (!key.empty() && key.starts_with(prefix)) keys.push_back(std::move(key));
    }
  }
  std::sort(keys.begin(), keys.end());
  json::array out;
  for (const std::string& key : keys)
    out.emplace_back(key);
  return to_json(json::object{{"keys", std::move(out)}});
}

}  // namespace floe::service
