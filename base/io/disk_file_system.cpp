#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/io/errno_error.hpp"
#include "base/io/file_descriptor.hpp"
#include "base/io/file_system.hpp"
#include "base/io/read_document.hpp"
#include "base/text/text.hpp"

#include <climits>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <linux/magic.h>
#include <set>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

namespace floe::io {

namespace {

template <class Call>
auto retry_interrupted(Call call) {
  auto result = call();
  while (result == -1 && errno == EINTR)
    result = call();
  return result;
}

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::kRegular;
  if (S_ISDIR(mode)) return FileKind::kDirectory;
  return FileKind::kOther;
}

// What the kernel makes up when it is read: it calls it a regular file of no bytes.
bool is_made_up(const std::string& path, const struct stat& info) {
  if (!S_ISREG(info.st_mode) || info.st_size != 0) return false;
  struct statfs system{};
  return ::statfs(path.c_str(), &system) == 0 && (system.f_type == PROC_SUPER_MAGIC || system.f_type == SYSFS_MAGIC ||
                                                  system.f_type == DEBUGFS_MAGIC || system.f_type == TRACEFS_MAGIC);
}

// nullptr when it has content that ends.
const char* endless_kind(const struct stat& info) {
  if (S_ISFIFO(info.st_mode)) return "a pipe";
  if (S_ISSOCK(info.st_mode)) return "a socket";
  const bool is_null = S_ISCHR(info.st_mode) && info.st_rdev == ::makedev(1, 3);
  return (S_ISCHR(info.st_mode) && !is_null) || S_ISBLK(info.st_mode) ? "a device" : nullptr;
}

Result<FileDescriptor> open_file(const std::string& path, int flags, std::string_view action) {
  FileDescriptor file(retry_interrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); }));
  if (!file.is_open()) return errno_error(errno, action, path);
  return file;
}

// Up to `length` bytes from `offset`; fewer only at the end of the file.
Result<std::string> read_bytes(int file, const std::string& path, std::uint64_t offset, std::uint64_t length) {
  struct stat info{};
  if (::fstat(file, &info) != 0) return errno_error(errno, "read", path);
  if (S_ISDIR(info.st_mode)) return errno_error(EISDIR, "read", path);
  const auto size = static_cast<std::uint64_t>(std::max<off_t>(info.st_size, 0));
  std::string bytes;
  if (S_ISREG(info.st_mode) && size > 0) {
    bytes.resize(offset >= size ? 0 : std::min(length, size - offset));
  } else {
    bytes.resize(std::min<std::uint64_t>(length, 65536));  // /proc and pipes do not know their size
  }
  std::uint64_t filled = 0;
  while (filled < bytes.size()) {
    const bool seekable = S_ISREG(info.st_mode);
    const ssize_t got = retry_interrupted([&] {
      return seekable ? ::pread(file, bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(offset + filled))
                      : ::read(file, bytes.data() + filled, bytes.size() - filled);
    });
    if (got < 0) return errno_error(errno, "read", path);
    if (got == 0) break;
    filled += static_cast<std::uint64_t>(got);
    if (size == 0 && filled == bytes.size()) bytes.resize(std::min<std::uint64_t>(length, bytes.size() * 2));
  }
  bytes.resize(filled);
  return bytes;
}

Status write_bytes(int file, const std::string& path, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = retry_interrupted([&] { return ::write(file, content.data(), content.size()); });
    if (written < 0) return errno_error(errno, "write", path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return ok();
}

Status sync_descriptor(int file, const std::string& path) {
  if (retry_interrupted([&] { return ::fsync(file); }) == 0) return ok();
  if (errno == EINVAL || errno == EROFS) return ok();  // a file system that has nothing to flush
  return errno_error(errno, "flush", path);
}

Status sync_path(const std::string& path, int flags) {
  const FileDescriptor file = FLOE_TRY(open_file(path, flags, "flush"));
  return sync_descriptor(file.get(), path);
}

// Lets the kernel write a file's pages without waiting. Done to all files before the first is flushed, a journaling
// file system allocates their blocks in one transaction, and the flushes after the first find nothing left to wait for.
void start_writeback([[maybe_unused]] int file) {
#if defined(SYNC_FILE_RANGE_WRITE)
  (void)::sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE);
#endif
}

std::string directory_of(const std::string& path) {
  std::string directory = parent_path(path);
  return directory.empty() ? "." : directory;
}

// A finished file under a temporary name; removed unless it was moved to its place.
class StagedFile {
 public:
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  explicit StagedFile(const std::string& target)
      : target_(target),
        path_(join_path(parent_path(target), "." + file_name(target) + "." + text::to_hex(random_bytes(6)) + ".tmp")) {}

  ~StagedFile() {
    if (created_) ::unlink(path_.c_str());
  }

  Status fill(std::string_view content, Durability durability) {
    FileDescriptor file = FLOE_TRY(create());
    FLOE_TRY(write_bytes(file.get(), target_, content));
    if (durability == Durability::kFull) FLOE_TRY(sync_descriptor(file.get(), target_));
    if (file.close() != 0 && errno != EINTR) return errno_error(errno, "write", target_);
    return ok();
  }

  Status replace_target() {
    if (::rename(path_.c_str(), target_.c_str()) != 0) return errno_error(errno, "write", target_);
    created_ = false;
    return ok();
  }

  Status become_target() {
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) == 0) {
      created_ = false;
      return ok();
    }
    if (errno != EINVAL && errno != ENOSYS) return errno_error(errno, "create", target_);
    // Some file systems cannot rename without replacing; a hard link is as exclusive.
    if (::link(path_.c_str(), target_.c_str()) != 0) return errno_error(errno, "create", target_);
    return ok();
  }

 private:
  // Errors name the target: nobody knows the temporary name.
  Result<FileDescriptor> create() {
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    FileDescriptor file(retry_interrupted([&] { return ::open(path_.c_str(), flags, 0666); }));
    if (!file.is_open()) return errno_error(errno, "write", target_);
    created_ = true;
    return file;
  }

  const std::string& target_;
  std::string path_;
  bool created_ = false;
};

// What ends when its writer wants, or never, is not waited for and refused.
Result<FileDescriptor> open_to_read(const std::string& path, std::uint64_t most) {
  FileDescriptor file = FLOE_TRY(open_file(path, O_RDONLY | O_NONBLOCK, "read"));
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) return errno_error(errno, "read", path);
  if (const char* kind = endless_kind(info)) {
    return failf(ErrorCode::kIo, "cannot read `{}`: it is {}, not a file", path, kind);
  }
  if (static_cast<std::uint64_t>(std::max<off_t>(info.st_size, 0)) > most) return too_large(path, most);
  return file;
}

class DiskFileSystem final : public FileSystem {
 public:
  Result<FileInfo> stat(const std::string& path) override {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) {
      const int number = errno;
      if (number != ENOENT && number != ENOTDIR) return errno_error(number, "look at", path);
      const bool is_dangling = ::lstat(path.c_str(), &info) == 0;
      return FileInfo{.kind = is_dangling ? FileKind::kOther : FileKind::kMissing};
    }
    return FileInfo{
        .kind = is_made_up(path, info) ? FileKind::kOther : kind_of(info.st_mode),
        .size = static_cast<std::uint64_t>(std::max<off_t>(info.st_size, 0)),
        .modified_ns = static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec,
        .mode = info.st_mode & 07777U,
        .owner = info.st_uid,
        .inode = info.st_ino};
  }

  Result<std::string> read(const std::string& path) override {
    const FileDescriptor file = FLOE_TRY(open_to_read(path, kMaxFileBytes));
    std::string bytes = FLOE_TRY(read_bytes(file.get(), path, 0, kMaxFileBytes + 1));
    if (bytes.size() > kMaxFileBytes) return too_large(path, kMaxFileBytes);
    return bytes;
  }

  Result<std::string> read_range(const std::string& path, std::uint64_t offset, std::uint64_t length) override {
    const FileDescriptor file = FLOE_TRY(open_to_read(path, UINT64_MAX));
    return read_bytes(file.get(), path, offset, length);
  }

  Status write_atomic(const std::string& path, std::string_view content, Durability durability) override {
    StagedFile staged(path);
    FLOE_TRY(staged.fill(content, durability));
    FLOE_TRY(staged.replace_target());
    return durability == Durability::kFull ? sync_path(directory_of(path), O_RDONLY | O_DIRECTORY) : ok();
  }

  Status write_new(const std::string& path, std::string_view content, Durability durability) override {
    StagedFile staged(path);
    FLOE_TRY(staged.fill(content, durability));
    FLOE_TRY(staged.become_target());
    return durability == Durability::kFull ? sync_path(directory_of(path), O_RDONLY | O_DIRECTORY) : ok();
  }

  Status append(const std::string& path, std::string_view content) override {
    FileDescriptor file = FLOE_TRY(open_file(path, O_WRONLY | O_CREAT | O_APPEND, "append to"));
    FLOE_TRY(write_bytes(file.get(), path, content));
    if (file.close() != 0 && errno != EINTR) return errno_error(errno, "append to", path);
    return ok();
  }

  Status sync(const std::vector<std::string>& paths) override {
    std::set<std::string> directories;
    std::vector<FileDescriptor> files;
    for (const std::string& path : paths) {
      files.push_back(FLOE_TRY(open_file(path, O_RDONLY, "flush")));
      start_writeback(files.back().get());
      directories.insert(directory_of(path));
    }
    for (std::size_t i = 0; i < files.size(); ++i)
      FLOE_TRY(sync_descriptor(files[i].get(), paths[i]));
    for (const std::string& directory : directories)
      FLOE_TRY(sync_path(directory, O_RDONLY | O_DIRECTORY));
    return ok();
  }

  Result<std::vector<DirectoryEntry>> list(const std::string& directory) override {
    std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory.c_str()), ::closedir);
    if (!stream) return errno_error(errno, "list", directory);
    std::vector<DirectoryEntry> entries;
    while (true) {
      errno = 0;
      const dirent* entry = ::readdir(stream.get());  // NOLINT(concurrency-mt-unsafe): the stream is ours alone
      if (entry == nullptr) break;
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      entries.push_back({std::string(name), entry_kind(::dirfd(stream.get()), *entry)});
    }
    if (errno != 0) return errno_error(errno, "list", directory);
    std::sort(entries.begin(), entries.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    return entries;
  }

  Status create_directories(const std::string& directory) override {
    if (directory.empty() || ::mkdir(directory.c_str(), 0777) == 0) return ok();
    if (errno == ENOENT) {
      const std::string parent = parent_path(directory);
      if (parent.empty() || parent == directory) return errno_error(ENOENT, "create directory", directory);
      FLOE_TRY(create_directories(parent));
      if (::mkdir(directory.c_str(), 0777) == 0) return ok();
    }
    const int number = errno;
    struct stat info{};
    if (number == EEXIST && ::stat(directory.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return ok();
    return errno_error(number, "create directory", directory);
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) == 0) return ok();
    return errno_error(errno, "rename", from).with_context(fmt::format("renaming to `{}`", to));
  }

  Status remove(const std::string& path) override {
    if (::unlink(path.c_str()) == 0) return ok();
    return errno_error(errno, "remove", path);
  }

  Status remove_all(const std::string& path) override {
    std::error_code error;
    std::filesystem::remove_all(path, error);  // does not follow links
    if (error) return errno_error(error.value(), "remove", path);
    return ok();
  }

  Result<std::string> canonical(const std::string& path) override {
    std::unique_ptr<char, void (*)(void*)> resolved(::realpath(path.c_str(), nullptr), std::free);
    if (!resolved) return errno_error(errno, "resolve", path);
    return std::string(resolved.get());
  }

 private:
  static FileKind entry_kind(int directory, const dirent& entry) {
    if (entry.d_type == DT_REG) return FileKind::kRegular;
    if (entry.d_type == DT_DIR) return FileKind::kDirectory;
    if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return FileKind::kOther;
    struct stat info{};
    if (::fstatat(directory, entry.d_name, &info, 0) != 0) return FileKind::kOther;  // a link to nothing
    return kind_of(info.st_mode);
  }
};

}  // namespace

std::unique_ptr<FileSystem> make_disk_file_system() { return std::make_unique<DiskFileSystem>(); }

}  // namespace floe::io
