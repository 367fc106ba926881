// Who holds the lock that a statement waited for in vain, for the message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floe::sqlite {

struct LockedFiles {
  std::uint64_t database = 0;       // inode
  std::uint64_t shared_memory = 0;  // inode of `-shm`; 0 = there is none: the database has a rollback journal
};

// The process that keeps writers of the database out, from the text of /proc/locks. `self` only when it is no other.
std::optional<std::int64_t> blocking_process(std::string_view locks, LockedFiles files, std::int64_t self);

// "`python3` (process 4242)", "this process", or "" where the system does not say. Opens no file of the database:
// SQLite would lose its locks when the descriptor is closed.
std::string lock_holder(const std::string& database_path);

}  // namespace floe::sqlite
