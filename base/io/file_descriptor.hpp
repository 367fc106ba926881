// An owned file descriptor.
#pragma once

#include <unistd.h>
#include <utility>

namespace floe::io {

class FileDescriptor {
 public:
  FileDescriptor() = default;

  explicit FileDescriptor(int number) : number_(number) {}

  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      reset();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }

  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  ~FileDescriptor() { reset(); }

  [[nodiscard]] int get() const { return number_; }

  [[nodiscard]] bool is_open() const { return number_ >= 0; }

  [[nodiscard]] int release() { return std::exchange(number_, -1); }

  void reset() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

  // The result of close(2): a full disk may only show here (NFS).
  [[nodiscard]] int close() { return ::close(std::exchange(number_, -1)); }

 private:
  int number_ = -1;
};

// A copy of a descriptor, closed on exec, beyond the first numbers: code that means to close "its" low descriptors does
// not close this one. Not open when `number` is not, or no number is free.
FileDescriptor copy_out_of_reach(int number);

}  // namespace floe::io
