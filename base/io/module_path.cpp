#include "base/io/module_path.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"

#include <dlfcn.h>
#include <vector>

namespace floe::io {
namespace {

constexpr int kMaxLevels = 4;  // from lib/floe/plugins/<group>/<name>/ up to lib/floe/

// Is in whatever object this code was linked into.
const int kAnchor = 0;

std::vector<std::string> candidates(FileSystem& files, const std::string& name) {
  std::vector<std::string> paths;
  Dl_info info{};
  if (::dladdr(&kAnchor, &info) == 0 || info.dli_fname == nullptr) return paths;
  const auto object = files.canonical(info.dli_fname);
  std::string directory = parent_path(object.has_value() ? *object : std::string(info.dli_fname));
  for (int level = 0; level < kMaxLevels && !directory.empty(); ++level) {
    for (const char* below : {"", "floe", "lib/floe"})
      paths.push_back(join_path(join_path(directory, below), name));
    if (directory == "/") break;
    directory = parent_path(directory);
  }
  return paths;
}

}  // namespace

Result<std::string> find_module(const std::string& name) {
  const auto files = make_disk_file_system();
  constexpr std::uint32_t kWritableByAll = 02;
  for (const std::string& path : candidates(*files, name)) {
    const FileInfo info = FLOE_TRY(files->stat(path));
    if (info.kind != FileKind::kRegular) continue;
    if ((info.mode & kWritableByAll) == 0) return path;
    return failf(ErrorCode::kPermission, "`{}` is writable by everybody and is not loaded", path);
  }
  return std::string();
}

}  // namespace floe::io
