#include "plugin/plugin_file.hpp"

#include "base/fail.hpp"

namespace floe {
namespace {

std::string size_text(std::uint64_t bytes) {
  if (bytes >= (std::uint64_t{1} << 30)) return fmt::format("{} GiB", bytes >> 30);
  if (bytes >= (std::uint64_t{1} << 20)) return fmt::format("{} MiB", bytes >> 20);
  return fmt::format("{} KiB", bytes >> 10);
}

}  // namespace

Result<std::string> read_plugin_file(io::FileSystem& files, const std::string& path, std::uint64_t limit) {
  const io::FileInfo info = FLOE_TRY(files.stat(path));
  if (info.kind == io::FileKind::kMissing) return fail(ErrorCode::kNotFound, "it does not exist");
  if (info.kind != io::FileKind::kRegular) return fail(ErrorCode::kData, "it is not a regular file");
  const auto too_large = [&] { return failf(ErrorCode::kData, "it is larger than {}", size_text(limit)); };
  if (info.size > limit) return too_large();
  if (limit > kConfigSchemaLimit) return files.read(path);
  // Files of /proc and ones that grow tell no size.
  std::string text = FLOE_TRY(files.read_range(path, 0, limit + 1));
  if (text.size() > limit) return too_large();
  return text;
}

}  // namespace floe
