#include "base/io/file_descriptor.hpp"

#include <fcntl.h>

namespace floe::io {

FileDescriptor copy_out_of_reach(int number) {
  constexpr int kLowestCopy = 512;
  const int high = ::fcntl(number, F_DUPFD_CLOEXEC, kLowestCopy);
  return FileDescriptor(high >= 0 ? high : ::fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

}  // namespace floe::io
