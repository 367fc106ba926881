// Sequential readers and writers of one object.
#pragma once

#include "base/io/file_descriptor.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace floe::storage {

// size, modification time and inode: changes whenever the file is replaced.
std::string etag_of(const io::FileInfo& info);

// A file opened for reading.
class ObjectReader {
 public:
  static Result<ObjectReader> open(const std::string& path);

  [[nodiscard]] std::uint64_t size() const { return size_; }

  // Sends exactly `length` bytes from `offset` to `consume` in pieces; both lie within size().
  Status read(std::uint64_t offset, std::uint64_t length, const std::function<void(std::string_view)>& consume);

  // Next bytes of a sequential read, up to `limit`; empty at the end.
  Result<std::string> next(std::uint64_t limit);

 private:
  std::string path_;
  io::FileDescriptor file_;
  std::uint64_t size_ = 0;
  std::uint64_t position_ = 0;
};

// A file under a temporary name beside `path` until finish; removed when it is dropped before.
class ObjectWriter {
 public:
  struct Options {
    bool only_new = false;  // kAlreadyExists when the object is there
    bool durable = false;
  };

  static Result<ObjectWriter> create(std::string path, Options options);
  ObjectWriter(ObjectWriter&& other) noexcept;
  ObjectWriter& operator=(ObjectWriter&&) = delete;
  ~ObjectWriter();

  Status write(std::string_view content);
  Status finish();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  ObjectWriter(std::string path, std::string staged, io::FileDescriptor file, Options options);

  std::string path_;
  std::string staged_;  // "" once it is gone
  io::FileDescriptor file_;
  Options options_;
};

// Whether a name is one of ObjectWriter's: no object yet.
bool is_staged_name(std::string_view name);

// Held exclusively among processes of floe while it lives.
Result<io::FileDescriptor> lock_directory(const std::string& directory);

}  // namespace floe::storage
