#include "base/io/file_lock.hpp"

#include "base/fail.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace floe::io {

Result<FileLock> FileLock::lock(const std::string& path, int command) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return failf(ErrorCode::kIo, "cannot open lock file `{}`: {}", path, std::strerror(errno));
  struct flock request{};
  request.l_type = F_WRLCK;
  request.l_whence = SEEK_SET;
  int status = 0;
  do {
    status = ::fcntl(descriptor, command, &request);
  } while (status != 0 && errno == EINTR);
  if (status != 0) {
    const int reason = errno;
    ::close(descriptor);
    if (reason == EAGAIN || reason == EACCES) return failf(ErrorCode::kConflict, "`{}` is locked", path);
    return failf(ErrorCode::kIo, "cannot lock `{}`: {}", path, std::strerror(reason));
  }
  return FileLock(descriptor);
}

Result<FileLock> FileLock::acquire(const std::string& path) { return lock(path, F_OFD_SETLK); }

Result<FileLock> FileLock::wait(const std::string& path) { return lock(path, F_OFD_SETLKW); }

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace floe::io
