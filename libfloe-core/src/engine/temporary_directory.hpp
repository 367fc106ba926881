// A directory that is gone with its owner.
#pragma once

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <memory>
#include <string>

namespace floe::run {

class TemporaryDirectory {
 public:
  TemporaryDirectory(std::string path, io::FileSystem& files) : path_(std::move(path)), files_(files) {}

  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  ~TemporaryDirectory() { (void)files_.remove_all(path_); }  // best effort: nobody is left to tell

  // Canonical: what is written into it may name other places relative to it.
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  io::FileSystem& files_;
};

// In TMPDIR, else /tmp; its name begins with `prefix`.
Result<std::unique_ptr<TemporaryDirectory>> make_temporary_directory(std::string_view prefix,
                                                                     const io::Environment& environment,
                                                                     io::FileSystem& files);

}  // namespace floe::run
