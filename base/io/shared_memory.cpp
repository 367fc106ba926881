#include "base/io/shared_memory.hpp"

#include "base/fail.hpp"
#include "base/io/errno_error.hpp"

#include <cerrno>
#include <sys/mman.h>

namespace floe::io {

Result<SharedMemory> SharedMemory::make(std::size_t size) {
  void* pages = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return failf(ErrorCode::kExhausted, "no shared memory: {}", errno_text(errno));
  return SharedMemory(static_cast<char*>(pages), size);
}

SharedMemory::~SharedMemory() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

}  // namespace floe::io
