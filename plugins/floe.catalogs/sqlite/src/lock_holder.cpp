#include "lock_holder.hpp"

#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <unistd.h>
#include <vector>

namespace floe::sqlite {
namespace {

// One line of /proc/locks: `3: POSIX  ADVISORY  WRITE 4242 fe:00:9978195 120 120`.
struct FileLock {
  bool is_exclusive = false;
  std::int64_t process = 0;
  std::uint64_t inode = 0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// The bytes that SQLite locks (os_unix.c, wal.c).
constexpr std::uint64_t kDatabaseFirst = 0x40000000;  // PENDING_BYTE, RESERVED_BYTE, then 510 of SHARED
constexpr std::uint64_t kDatabaseLast = kDatabaseFirst + 511;
constexpr std::uint64_t kWalFirst = 120;  // WAL_WRITE_LOCK, WAL_CKPT_LOCK, WAL_RECOVER_LOCK
constexpr std::uint64_t kWalLast = 122;

template <class Number>
bool read_number(std::string_view text, Number* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size();
}

// Nothing for a line of another kind: locks that are waited for (`->`), flock(2), leases, up to the end of the file.
std::optional<FileLock> parse_lock(std::string_view line) {
  const std::vector<std::string> words = text::split_words(line);
  if (words.size() != 8 || words[1] != "POSIX") return std::nullopt;
  FileLock lock;
  lock.is_exclusive = words[3] == "WRITE";
  const std::string_view file = words[5];  // `major:minor:inode`
  const std::size_t colon = file.rfind(':');
  const bool is_read = colon != std::string_view::npos && read_number(words[4], &lock.process) &&
                       read_number(file.substr(colon + 1), &lock.inode) && read_number(words[6], &lock.first) &&
                       read_number(words[7], &lock.last);
  return is_read ? std::optional(lock) : std::nullopt;
}

bool covers(const FileLock& lock, std::uint64_t first, std::uint64_t last) {
  return lock.first <= last && first <= lock.last;
}

bool blocks_writers(const FileLock& lock, LockedFiles files) {
  if (lock.inode == files.shared_memory && files.shared_memory != 0) {
    return lock.is_exclusive && covers(lock, kWalFirst, kWalLast);
  }
  // With a write-ahead log whoever has the database open holds SHARED, and keeps nobody out.
  const bool counts = lock.is_exclusive || files.shared_memory == 0;
  return counts && lock.inode == files.database && covers(lock, kDatabaseFirst, kDatabaseLast);
}

// Whether `candidate` says more than `chosen`: a writer before a reader, another process before this one.
bool is_better(const FileLock& candidate, const std::optional<FileLock>& chosen, std::int64_t self) {
  if (!chosen.has_value()) return true;
  if ((candidate.process == self) != (chosen->process == self)) return candidate.process != self;
  return candidate.is_exclusive && !chosen->is_exclusive;
}

std::uint64_t inode_of(io::FileSystem& files, const std::string& path) {
  const auto info = files.stat(path);
  return info.has_value() ? info->inode : 0;
}

}  // namespace

std::optional<std::int64_t> blocking_process(std::string_view locks, LockedFiles files, std::int64_t self) {
  std::optional<FileLock> chosen;
  for (const std::string_view line : text::split(locks, '\n')) {
    const auto lock = parse_lock(line);
    if (lock.has_value() && blocks_writers(*lock, files) && is_better(*lock, chosen, self)) chosen = lock;
  }
  return chosen.has_value() ? std::optional(chosen->process) : std::nullopt;
}

std::string lock_holder(const std::string& database_path) {
  const auto files = io::make_disk_file_system();
  const auto locks = files->read("/proc/locks");
  if (!locks.has_value()) return "";
  const LockedFiles locked{inode_of(*files, database_path), inode_of(*files, database_path + "-shm")};
  const auto process = blocking_process(*locks, locked, ::getpid());
  if (!process.has_value()) return "";
  if (*process == ::getpid()) return "this process";
  const auto name = files->read(fmt::format("/proc/{}/comm", *process));
  if (!name.has_value()) return fmt::format("process {}", *process);
  return fmt::format("`{}` (process {})", text::trim(*name), *process);
}

}  // namespace floe::sqlite
