#include "engine/scratch_file.hpp"

#include "base/fail.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace floe::duckdb_compute {

Result<ScratchFile> ScratchFile::create() {
  std::error_code code;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(code);
  std::string pattern = (code ? std::string("/tmp") : parent.string()) + "/floe-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    return failf(ErrorCode::kIo, "cannot create a directory `{}` for temporary files; TMPDIR names another", pattern);
  }
  return ScratchFile(std::move(pattern));
}

ScratchFile::ScratchFile(ScratchFile&& other) noexcept : directory_(std::exchange(other.directory_, {})) {}

ScratchFile::~ScratchFile() {
  if (directory_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

}  // namespace floe::duckdb_compute
