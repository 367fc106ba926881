#include "base/io/enter_directory.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <utility>

namespace floe::io {

Result<bool> enter_directory(FileSystem& files, const std::string& directory, std::vector<std::string>* above) {
  if (above->size() >= kMaxDirectoryDepth) {
    return failf(ErrorCode::kUnsupported, "`{}`: more than {} directories lie inside each other", above->front(),
                 kMaxDirectoryDepth);
  }
  std::string here = FLOE_TRY(files.canonical(directory));
  if (std::find(above->begin(), above->end(), here) != above->end()) return false;
  above->push_back(std::move(here));
  return true;
}

}  // namespace floe::io
