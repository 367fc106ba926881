#include "object_files.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/io/errno_error.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace floe::storage {
namespace {

constexpr std::uint64_t kPiece = 1 << 20;

template <class Call>
auto retry_interrupted(Call call) {
  auto result = call();
  while (result == -1 && errno == EINTR)
    result = call();
  return result;
}

Status flush(int file, const std::string& path) {
  if (retry_interrupted([&] { return ::fsync(file); }) == 0 || errno == EINVAL) return ok();
  return io::errno_error(errno, "flush", path);
}

Result<io::FileDescriptor> open_directory(const std::string& directory) {
  io::FileDescriptor file(
      retry_interrupted([&] { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!file.is_open()) return io::errno_error(errno, "open", directory);
  return file;
}

}  // namespace

std::string etag_of(const io::FileInfo& info) {
  return fmt::format("{}-{}-{}", info.size, info.modified_ns, info.inode);
}

Result<ObjectReader> ObjectReader::open(const std::string& path) {
  ObjectReader reader;
  reader.path_ = path;
  // A pipe would keep its opener waiting for a writer.
  const int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC;
  reader.file_ = io::FileDescriptor(retry_interrupted([&] { return ::open(path.c_str(), flags); }));
  if (!reader.file_.is_open()) return io::errno_error(errno, "read", path);
  struct stat info{};
  if (::fstat(reader.file_.get(), &info) != 0) return io::errno_error(errno, "read", path);
  if (!S_ISREG(info.st_mode)) return failf(ErrorCode::kData, "`{}` is not a regular file", path);
  reader.size_ = static_cast<std::uint64_t>(info.st_size);
  return reader;
}

Status ObjectReader::read(std::uint64_t offset, std::uint64_t length,
                          const std::function<void(std::string_view)>& consume) {
  std::string piece(std::min(length, kPiece), '\0');
  while (length > 0) {
    const ssize_t got = retry_interrupted([&] {
      return ::pread(file_.get(), piece.data(), std::min<std::uint64_t>(length, piece.size()),
                     static_cast<off_t>(offset));
    });
    if (got < 0) return io::errno_error(errno, "read", path_);
    if (got == 0) return failf(ErrorCode::kData, "`{}` became shorter while it was read", path_);
    consume(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
    offset += static_cast<std::uint64_t>(got);
    length -= static_cast<std::uint64_t>(got);
  }
  return ok();
}

Result<std::string> ObjectReader::next(std::uint64_t limit) {
  std::string bytes;
  const std::uint64_t length = std::min(limit, size_ - position_);
  bytes.reserve(length);
  FLOE_TRY(read(position_, length, [&](std::string_view piece) { bytes += piece; }));
  position_ += length;
  return bytes;
}

ObjectWriter::ObjectWriter(std::string path, std::string staged, io::FileDescriptor file, Options options)
    : path_(std::move(path)), staged_(std::move(staged)), file_(std::move(file)), options_(options) {}

ObjectWriter::ObjectWriter(ObjectWriter&& other) noexcept
    : path_(std::move(other.path_)),
      staged_(std::exchange(other.staged_, {})),
      file_(std::move(other.file_)),
      options_(other.options_) {}

ObjectWriter::~ObjectWriter() {
  if (!staged_.empty()) ::unlink(staged_.c_str());
}

Result<ObjectWriter> ObjectWriter::create(std::string path, Options options) {
  std::string staged = io::join_path(io::parent_path(path),
                                     "." + io::file_name(path) + "." + text::to_hex(io::random_bytes(6)) + ".tmp");
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  io::FileDescriptor file(retry_interrupted([&] { return ::open(staged.c_str(), flags, 0666); }));
  if (!file.is_open()) return io::errno_error(errno, "write", path);
  return ObjectWriter(std::move(path), std::move(staged), std::move(file), options);
}

Status ObjectWriter::write(std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = retry_interrupted([&] { return ::write(file_.get(), content.data(), content.size()); });
    if (written < 0) return io::errno_error(errno, "write", path_);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return ok();
}

Status ObjectWriter::finish() {
  if (options_.durable) FLOE_TRY(flush(file_.get(), path_));
  if (file_.close() != 0 && errno != EINTR) return io::errno_error(errno, "write", path_);
  if (options_.only_new) {
    if (::renameat2(AT_FDCWD, staged_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) {
      staged_.clear();
    } else if ((errno != EINVAL && errno != ENOSYS) || ::link(staged_.c_str(), path_.c_str()) != 0) {
      // Some file systems cannot rename without replacing; a hard link is as exclusive, and the destructor removes the
      // staged name.
      return io::errno_error(errno, "create", path_);
    }
  } else {
    if (::rename(staged_.c_str(), path_.c_str()) != 0) return io::errno_error(errno, "write", path_);
    staged_.clear();
  }
  if (!options_.durable) return ok();
  const std::string directory = io::parent_path(path_);
  const io::FileDescriptor parent = FLOE_TRY(open_directory(directory));
  return flush(parent.get(), directory);
}

bool is_staged_name(std::string_view name) { return name.starts_with('.') && name.ends_with(".tmp"); }

Result<io::FileDescriptor> lock_directory(const std::string& directory) {
  io::FileDescriptor file = FLOE_TRY(open_directory(directory));
  if (retry_interrupted([&] { return ::flock(file.get(), LOCK_EX); }) != 0) {
    return io::errno_error(errno, "lock", directory);
  }
  return file;
}

}  // namespace floe::storage
