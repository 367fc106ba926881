#include "base/io/private_file.hpp"

#include "base/io/environment.hpp"
#include "base/io/errno_error.hpp"
#include "base/io/file_descriptor.hpp"
#include "base/text/text.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace floe::io {
namespace {

Status write_private(const std::string& path, std::string_view content) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) return errno_error(errno, "create", path);
  while (!content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno_error(errno, "write", path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (file.close() != 0 && errno != EINTR) return errno_error(errno, "write", path);
  return ok();
}

}  // namespace

Status create_private_file(const std::string& path, std::string_view content) {
  const std::string staged = path + "." + text::to_hex(random_bytes(6)) + ".tmp";
  Status made = write_private(staged, content);
  // A link is as exclusive as a new file, and shows the whole content at once.
  if (made && ::link(staged.c_str(), path.c_str()) != 0) made = errno_error(errno, "create", path);
  ::unlink(staged.c_str());
  return made;
}

}  // namespace floe::io
