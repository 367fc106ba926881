#include "plugin/plugin_files.hpp"

#include "plugin/plugin_file.hpp"
#include "plugin/python_plugin.hpp"

#include "base/fail.hpp"
#include "base/io/enter_directory.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe {
namespace {

constexpr std::size_t kMostFiles = 20'000;
constexpr std::string_view kCompiled = "__pycache__";

class Walk {
 public:
  Walk(io::FileSystem& files, const std::string& directory, Links links)
      : files_(files), directory_(directory), links_(links) {}

  Status enter(const std::string& relative) {
    const std::string here = io::join_path(directory_, relative);
    if (!FLOE_TRY(io::enter_directory(files_, here, &above_))) return ok();
    for (const io::DirectoryEntry& entry : FLOE_TRY(files_.list(here)))
      FLOE_TRY(add(relative.empty() ? entry.name : relative + "/" + entry.name, entry));
    above_.pop_back();
    return ok();
  }

  std::vector<PluginFile> found;

 private:
  Status add(const std::string& path, const io::DirectoryEntry& entry) {
    if (links_ == Links::kLeftOut && is_link(path, entry.name)) return ok();
    if (found.size() == kMostFiles) {
      return failf(ErrorCode::kExhausted, "`{}` holds more than {} files", directory_, kMostFiles);
    }
    found.push_back({path, entry.kind});
    return entry.kind == io::FileKind::kDirectory ? enter(path) : ok();
  }

  // Also one that leads nowhere. `above_` ends with the directory that it is in, links resolved.
  bool is_link(const std::string& path, const std::string& name) {
    const auto real = files_.canonical(io::join_path(directory_, path));
    return !real.has_value() || *real != io::join_path(above_.back(), name);
  }

  io::FileSystem& files_;
  const std::string& directory_;
  Links links_;
  std::vector<std::string> above_;
};

bool is_summed(const PluginFile& file) {
  if (file.kind != io::FileKind::kRegular || file.path == "plugin.json") return false;
  const std::vector<std::string_view> steps = text::split(file.path, '/');
  return std::find(steps.begin(), steps.end(), kCompiled) == steps.end();
}

// `sha256sum` writes such a name in another way, and two lists could look alike.
Status refuse_odd_name(const PluginFile& file) {
  if (file.path.find_first_of("\n\r\\") == std::string::npos) return ok();
  return failf(ErrorCode::kInvalidArgument, "the name of the file `{}` has a line break or a backslash in it",
               file.path);
}

Result<std::string> folder_sum(io::FileSystem& files, const std::string& directory) {
  std::string list;
  for (const PluginFile& file : FLOE_TRY(plugin_files(files, directory, Links::kFollowed))) {
    if (!is_summed(file)) continue;
    FLOE_TRY(refuse_odd_name(file));
    const std::string content = FLOE_TRY(read_plugin_file(files, io::join_path(directory, file.path), kLibraryLimit));
    list += fmt::format("{}  {}\n", text::sha256_hex(content), file.path);
  }
  return text::sha256_hex(list);
}

}  // namespace

Result<std::vector<PluginFile>> plugin_files(io::FileSystem& files, const std::string& directory, Links links) {
  Walk walk(files, directory, links);
  FLOE_TRY(walk.enter(""));
  std::sort(walk.found.begin(), walk.found.end(),
            [](const PluginFile& left, const PluginFile& right) { return left.path < right.path; });
  return std::move(walk.found);
}

Result<std::string> plugin_sum(io::FileSystem& files, const PluginManifest& manifest, const std::string& directory,
                               const std::string& library_path) {
  if (manifest.runtime == kPythonRuntime) return folder_sum(files, directory);
  return text::sha256_hex(FLOE_TRY(read_plugin_file(files, library_path, kLibraryLimit)));
}

}  // namespace floe
