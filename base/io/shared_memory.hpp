// Memory that a forked child and this process both see.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <utility>

namespace floe::io {

class SharedMemory {
 public:
  static constexpr std::size_t kPage = 4096;

  // Zeroes.
  static Result<SharedMemory> make(std::size_t size);

  SharedMemory(SharedMemory&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(other.size_) {}

  SharedMemory& operator=(SharedMemory&&) = delete;
  ~SharedMemory();

  [[nodiscard]] char* data() const { return data_; }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  SharedMemory(char* data, std::size_t size) : data_(data), size_(size) {}

  char* data_;
  std::size_t size_;
};

}  // namespace floe::io
