#include "plugin/plugin_files.hpp"

#include "plugin/python_plugin.hpp"

#include "base/fail.hpp"
#include "base/io/enter_directory.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe {
namespace {

constexpr std::size_t kMostFiles = 20'000;
constexpr std::string_view kCompiled = "__pycache__";

Status add_files(io::FileSystem& files, const std::string& directory, const std::string& relative,
                 std::vector<std::string>& above, std::vector<PluginFile>& found) {
  const std::string here = io::join_path(directory, relative);
  if (!FLOE_TRY(io::enter_directory(files, here, &above))) return ok();
  for (const io::DirectoryEntry& entry : FLOE_TRY(files.list(here))) {
    if (found.size() == kMostFiles) {
      return failf(ErrorCode::kExhausted, "`{}` holds more than {} files", directory, kMostFiles);
    }
    const std::string path = relative.empty() ? entry.name : relative + "/" + entry.name;
    found.push_back({path, entry.kind});
    if (entry.kind == io::FileKind::kDirectory) FLOE_TRY(add_files(files, directory, path, above, found));
  }
  above.pop_back();
  return ok();
}

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
  for (const PluginFile& file : FLOE_TRY(plugin_files(files, directory))) {
    if (!is_summed(file)) continue;
    FLOE_TRY(refuse_odd_name(file));
    const std::string content = FLOE_TRY(files.read(io::join_path(directory, file.path)));
    list += fmt::format("{}  {}\n", text::sha256_hex(content), file.path);
  }
  return text::sha256_hex(list);
}

}  // namespace

Result<std::vector<PluginFile>> plugin_files(io::FileSystem& files, const std::string& directory) {
  std::vector<std::string> above;
  std::vector<PluginFile> found;
  FLOE_TRY(add_files(files, directory, "", above, found));
  std::sort(found.begin(), found.end(),
            [](const PluginFile& left, const PluginFile& right) { return left.path < right.path; });
  return found;
}

Result<std::string> plugin_sum(io::FileSystem& files, const PluginManifest& manifest, const std::string& directory,
                               const std::string& library_path) {
  if (manifest.runtime == kPythonRuntime) return folder_sum(files, directory);
  return text::sha256_hex(FLOE_TRY(files.read(library_path)));
}

}  // namespace floe
