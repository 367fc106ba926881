// Files of a plugin folder: whatever lies there, reading it is bounded.
#pragma once

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>

namespace floe {

constexpr std::uint64_t kManifestLimit = std::uint64_t{64} << 10;
constexpr std::uint64_t kConfigSchemaLimit = std::uint64_t{1} << 20;
constexpr std::uint64_t kLibraryLimit = std::uint64_t{4} << 30;

// The file, links followed. kNotFound when there is none; kData when it is no regular file or larger than `limit`
// bytes, which is found out before it is read.
Result<std::string> read_plugin_file(io::FileSystem& files, const std::string& path, std::uint64_t limit);

}  // namespace floe
