// Files behind an interface, so that tests can fail the Nth call. The one place (with its .cpp) that touches the disk.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::io {

// kOther: devices, pipes, sockets, what the kernel makes up (/proc), links to nothing.
enum class FileKind : std::uint8_t { kMissing, kRegular, kDirectory, kOther };

struct FileInfo {
  FileKind kind = FileKind::kMissing;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;  // since the Unix epoch, UTC
  std::uint32_t mode = 0;
  std::uint32_t owner = 0;
  std::uint64_t inode = 0;
};

struct DirectoryEntry {
  std::string name;
  FileKind kind = FileKind::kRegular;  // links are followed
};

// Of what is read as a whole.
inline constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 30;

enum class Durability : std::uint8_t { kFast, kFull };  // kFull: fsync the file and its directory before returning

// Thread-safe. Paths are UTF-8 bytes. kNotFound, kPermission, kAlreadyExists, kExhausted (disk full) and kIo name the
// path.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Result<FileInfo> stat(
      const std::string& path) = 0;  // follows links; a missing file is kMissing, not an error
  // The whole content. kIo for what is no file, and beyond kMaxFileBytes. What people write is read with read_document.
  virtual Result<std::string> read(const std::string& path) = 0;
  // The bytes that are there: shorter than `length`, or empty, at the end of the file.
  virtual Result<std::string> read_range(const std::string& path, std::uint64_t offset, std::uint64_t length) = 0;
  // To a temporary name beside `path`, then renamed over it: readers see the old or the new content.
  virtual Status write_atomic(const std::string& path, std::string_view content, Durability durability) = 0;
  // Fails with kAlreadyExists when the file is there; also whole or not at all.
  virtual Status write_new(const std::string& path, std::string_view content, Durability durability) = 0;
  virtual Status append(const std::string& path, std::string_view content) = 0;  // one write(2), created when missing
  virtual Status sync(const std::vector<std::string>& paths) = 0;  // fsync the files, then each distinct directory
  virtual Result<std::vector<DirectoryEntry>> list(const std::string& directory) = 0;  // sorted by name
  virtual Status create_directories(const std::string& directory) = 0;
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  virtual Status remove(const std::string& path) = 0;                  // a file; kNotFound when missing
  virtual Status remove_all(const std::string& path) = 0;              // a tree; fine when missing
  virtual Result<std::string> canonical(const std::string& path) = 0;  // absolute, links resolved
};

std::unique_ptr<FileSystem> make_disk_file_system();
// Empty but for `/`; relative paths start there. Fails where the disk does, for instance on a missing directory.
std::unique_ptr<FileSystem> make_memory_file_system();
// Asks `fault(operation, path)` before each call, operation being the method's name: an Error is the answer, nullopt
// passes the call on. `sync` asks once per path, `rename` for `from`. `base` must outlive the result.
std::unique_ptr<FileSystem> make_faulty_file_system(
    FileSystem& base, std::function<std::optional<Error>(std::string_view operation, const std::string& path)> fault);

// Pure path text; no disk access.
std::string join_path(std::string_view base, std::string_view relative);  // an absolute `relative` wins
std::string parent_path(std::string_view path);
std::string file_name(std::string_view path);
std::string file_stem(std::string_view path);       // `a/b.c.sql` -> `b.c`; `.env` -> `.env`
std::string file_extension(std::string_view path);  // with the dot; `` when none
std::string normalize_path(std::string_view path);  // `.`, `..` and double slashes folded; `.` when nothing is left
// `path` as seen from the directory `base`; `path` itself, normalized, when only one of them is absolute.
std::string relative_path(std::string_view path, std::string_view base);
bool is_absolute_path(std::string_view path);
// Whether `path` is `folder` or lies below it; both absolute, and canonical where links count.
bool lies_in(std::string_view path, std::string_view folder);

// file:///abs/path <-> /abs/path. Also taken: file:/abs/path, file://localhost/abs/path and a bare /abs/path; anything
// else is kInvalidArgument. There is no percent-coding in either direction: Hadoop's Path and PyIceberg both take what
// follows the authority literally, and Spark writes directories whose names contain `%3A`.
Result<std::string> path_from_uri(std::string_view uri);
std::string uri_from_path(std::string_view absolute_path);

}  // namespace floe::io
