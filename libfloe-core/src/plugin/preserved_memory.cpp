#include "plugin/preserved_memory.hpp"

#include <algorithm>
#include <cstring>
#include <sys/mman.h>

namespace floe {
namespace {

constexpr std::size_t kPages = std::size_t{64} * 1024;

}  // namespace

void* map_pages(std::size_t size) {
  void* made = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (made == MAP_FAILED) throw std::bad_alloc();
  return made;
}

PreservedMemory& PreservedMemory::get() {
  static auto& memory = *new PreservedMemory;
  return memory;
}

std::string_view PreservedMemory::copy(std::string_view text) {
  char* place = static_cast<char*>(take(text.size() + 1));
  std::memcpy(place, text.data(), text.size());
  return {place, text.size()};
}

void* PreservedMemory::take(std::size_t size) {
  const std::lock_guard lock(mutex_);
  size = (size + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);
  if (size > left_) {
    left_ = std::max(size, kPages);
    free_ = static_cast<std::byte*>(map_pages(left_));
  }
  left_ -= size;
  return std::exchange(free_, free_ + size);
}

}  // namespace floe
