// What belongs to a plugin: every file of its folder, for the sums and the permissions.
#pragma once

#include "plugin/registry.hpp"

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe {

struct PluginFile {
  std::string path;  // from the folder on
  io::FileKind kind = io::FileKind::kRegular;
};

enum class Links : std::uint8_t { kFollowed, kLeftOut };

// Directories and files below `directory`, sorted by the bytes of their paths. Links are followed, but not back to
// where they come from, or they are left out. kExhausted for more than 20,000.
Result<std::vector<PluginFile>> plugin_files(io::FileSystem& files, const std::string& directory, Links links);

// What `sha256` of plugin.json and of floe.lock say of an installed plugin: the SHA-256 of its library; of one in
// Python, which may import and read whatever lies beside it, that of what `sha256sum` prints for all its files, sorted
// by path, without plugin.json and `__pycache__`, from which nothing is run.
Result<std::string> plugin_sum(io::FileSystem& files, const PluginManifest& manifest, const std::string& directory,
                               const std::string& library_path);

}  // namespace floe
