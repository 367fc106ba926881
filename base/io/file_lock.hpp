// An open-file-description lock: held until destroyed, also when the process dies. Marks a directory as in use.
#pragma once

#include "base/result.hpp"

#include <string>

namespace floe::io {

class FileLock {
 public:
  // Creates `path` when missing. kConflict when somebody else holds it.
  static Result<FileLock> acquire(const std::string& path);
  // The same, waiting for as long as somebody else holds it.
  static Result<FileLock> wait(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  static Result<FileLock> lock(const std::string& path, int command);

  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

}  // namespace floe::io
