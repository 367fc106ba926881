// The way through a tree of directories in which links may lead back.
#pragma once

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace floe::io {

// Directories inside each other, far beyond what projects have. Each costs as much as all those above it.
inline constexpr std::size_t kMaxDirectoryDepth = 128;

// Adds `directory`, links resolved, to `above`, the directories that lead to it. False when it is one of them already:
// a link back is no way on. kUnsupported below kMaxDirectoryDepth others.
Result<bool> enter_directory(FileSystem& files, const std::string& directory, std::vector<std::string>* above);

}  // namespace floe::io
