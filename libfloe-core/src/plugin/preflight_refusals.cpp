// What a library may not ask of the process that loads it.
#include "plugin/plugin_error.hpp"
#include "plugin/preflight.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe {
namespace {

constexpr std::uint32_t kWritableByOthers = 0002;

// As the loader reads it.
std::string folder_of(const std::string& search_path, const std::string& library) {
  const std::string own = io::parent_path(library);
  return io::normalize_path(text::replace_all(text::replace_all(search_path, "${ORIGIN}", own), "$ORIGIN", own));
}

// The folder, or, where it is missing, the one that it could be made in.
Result<std::string> nearest_folder(io::FileSystem& files, std::string folder) {
  while (true) {
    const io::FileInfo info = FLOE_TRY(files.stat(folder));
    const std::string above = io::parent_path(folder);
    if (info.kind != io::FileKind::kMissing || above.empty() || above == folder) return folder;
    folder = above;
  }
}

Error open_search_path(const std::string& search_path, const std::string& library, std::string_view why) {
  return plugin_error(plugin_diagnostic(PluginFault::kUnsafePath,
                                        fmt::format("`{}` looks for libraries in `{}`, {}", library, search_path, why),
                                        library)
                          .help("link it with a search path relative to its own folder: -Wl,-rpath,'$ORIGIN'"));
}

}  // namespace

Status refuse_executable_stack(const LibraryDemands& demands, const std::string& path) {
  if (!demands.has_executable_stack) return ok();
  return plugin_error(
      plugin_diagnostic(PluginFault::kExecutableStack, fmt::format("`{}` asks for an executable stack", path), path)
          .help("link it with -Wl,-z,noexecstack"));
}

Status refuse_open_search_paths(io::FileSystem& files, const LibraryDemands& demands, const std::string& path) {
  for (const std::string& search_path : demands.search_paths) {
    const std::string folder = folder_of(search_path, path);
    if (!io::is_absolute_path(folder)) {
      return open_search_path(search_path, path, "a folder of whoever starts floe");
    }
    const auto nearest = nearest_folder(files, folder);
    if (!nearest) continue;  // what cannot be looked at cannot be opened either
    const io::FileInfo info = FLOE_TRY(files.stat(*nearest));
    if ((info.mode & kWritableByOthers) == 0) continue;
    return open_search_path(search_path, path,
                            *nearest == folder ? std::string("which everybody can write")
                                               : fmt::format("which everybody can make in `{}`", *nearest));
  }
  return ok();
}

}  // namespace floe
