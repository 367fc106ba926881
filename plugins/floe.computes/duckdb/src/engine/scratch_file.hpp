// ScratchFile: a file only this process uses, gone with the object.
#pragma once

#include "base/result.hpp"

#include <string>

namespace floe::duckdb_compute {

class ScratchFile {
 public:
  // A name in a fresh directory of the system's directory for temporary files that only this user may enter.
  static Result<ScratchFile> create();

  ScratchFile(ScratchFile&& other) noexcept;
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ScratchFile& operator=(ScratchFile&&) = delete;
  ~ScratchFile();

  [[nodiscard]] std::string path() const { return directory_ + "/rows"; }

 private:
  explicit ScratchFile(std::string directory) : directory_(std::move(directory)) {}

  std::string directory_;
};

}  // namespace floe::duckdb_compute
