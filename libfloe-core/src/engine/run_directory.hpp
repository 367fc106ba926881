// .floe/runs/<id>/: everything one run leaves behind. Locked while the run is alive.
#pragma once

#include "base/io/file_lock.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace floe::run {

class RunDirectory {
 public:
  static Result<RunDirectory> create(io::FileSystem& files, const std::string& runs_directory,
                                     const std::string& run_id);

  [[nodiscard]] const std::string& path() const { return path_; }

  Status append_line(std::string_view file, std::string_view line);
  Status write(std::string_view file, std::string_view content);

 private:
  RunDirectory(io::FileSystem& files, std::string path, io::FileLock lock)
      : files_(&files), path_(std::move(path)), lock_(std::move(lock)) {}

  io::FileSystem* files_;
  std::string path_;
  io::FileLock lock_;
};

// A UUID of version 7: sorts by time.
std::string new_run_id(std::int64_t unix_ns);

}  // namespace floe::run
