#include "plugin/preflight.hpp"

#include "plugin/plugin_error.hpp"
#include "plugin/plugin_files.hpp"
#include "plugin/python_plugin.hpp"

#include "base/fail.hpp"

namespace floe {
namespace {

constexpr std::uint32_t kWritableByAll = 0002;

Status refuse_writable(io::FileSystem& files, const std::string& path, std::string_view what) {
  const io::FileInfo info = FLOE_TRY(files.stat(path));
  if ((info.mode & kWritableByAll) == 0) return ok();
  Diagnostic diagnostic = plugin_diagnostic(
      PluginFault::kUnsafePath,
      fmt::format("the {} `{}` can be written by everybody, so anybody could replace the plugin", what, path), path);
  return plugin_error(std::move(diagnostic).help(fmt::format("chmod o-w '{}'", path)));
}

// Every directory from `root` down to the one that holds `path`, then the file, which is a `what`.
Status check_path(io::FileSystem& files, const std::string& root, const std::string& path, std::string_view what) {
  const std::string real_root = FLOE_TRY(files.canonical(root));
  const std::string real_path = FLOE_TRY(files.canonical(path));
  if (real_path != real_root && !real_path.starts_with(real_root + "/")) {
    return plugin_error(PluginFault::kUnsafePath,
                        fmt::format("the {} `{}` lies outside its plugin root `{}`", what, real_path, real_root), path);
  }
  FLOE_TRY(refuse_writable(files, real_root, "directory"));
  if (real_path == real_root) return ok();
  for (std::size_t slash = real_path.find('/', real_root.size() + 1); slash != std::string::npos;
       slash = real_path.find('/', slash + 1)) {
    FLOE_TRY(refuse_writable(files, real_path.substr(0, slash), "directory"));
  }
  return refuse_writable(files, real_path, what);
}

Status safe_path(io::FileSystem& files, const std::string& root, const std::string& path, std::string_view what) {
  auto safe = check_path(files, root, path, what);
  if (safe.has_value() || safe.error().detail("floe.diagnostics") != nullptr) return safe;
  return plugin_error(PluginFault::kUnsafePath, safe.error().to_string(), path);
}

}  // namespace

std::unique_ptr<ObjectFormat> make_host_format() {
#if defined(__linux__)
  return make_elf_format();
#else
  return nullptr;
#endif
}

Status preflight_manifest(io::FileSystem& files, const std::string& root, const std::string& path) {
  return safe_path(files, root, path, "manifest");
}

Status preflight_folder(io::FileSystem& files, const std::string& root, const std::string& directory,
                        std::string_view runtime) {
  FLOE_TRY(safe_path(files, root, directory, "directory"));
  const auto found = plugin_files(files, directory, runtime == kPythonRuntime ? Links::kFollowed : Links::kLeftOut);
  if (!found.has_value()) {
    return plugin_error(PluginFault::kUnsafePath, found.error().to_string(), directory);
  }
  for (const PluginFile& file : *found) {
    const bool is_directory = file.kind == io::FileKind::kDirectory;
    if (!is_directory && file.kind != io::FileKind::kRegular) continue;  // a link to nothing, a pipe: nobody runs it
    FLOE_TRY(safe_path(files, root, io::join_path(directory, file.path), is_directory ? "directory" : "file"));
  }
  return ok();
}

Status preflight_library(io::FileSystem& files, const std::string& root, const std::string& path,
                         std::string_view runtime) {
  const auto info = files.stat(path);
  if (!info.has_value()) return plugin_error(PluginFault::kLibraryMissing, info.error().to_string(), path);
  if (info->kind == io::FileKind::kMissing) {
    return plugin_error(PluginFault::kLibraryMissing, fmt::format("the library `{}` does not exist", path), path);
  }
  if (info->kind != io::FileKind::kRegular) {
    return plugin_error(PluginFault::kLibraryMissing, fmt::format("the library `{}` is not a regular file", path),
                        path);
  }
  FLOE_TRY(safe_path(files, root, path, "library"));
  if (runtime != "native") return ok();
  const auto format = make_host_format();
  if (format == nullptr) return ok();
  FLOE_TRY(format->check(files, path, info->size));
  const LibraryDemands demands = FLOE_TRY(format->demands(files, path, info->size));
  FLOE_TRY(refuse_executable_stack(demands, path));
  return refuse_open_search_paths(files, demands, path);
}

}  // namespace floe
