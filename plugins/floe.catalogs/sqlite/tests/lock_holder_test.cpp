#include "lock_holder.hpp"

#include "floe_test.hpp"

using namespace floe::sqlite;

TEST_CASE("the process that keeps writers out is read from the locks of the system") {
  struct Case {
    const char* name;
    const char* locks;
    std::int64_t process;  // 0 = nobody
  };

  // The database has inode 10 and the write-ahead log's index inode 11; this process is 1.
  const Case cases[] = {
      {"no locks", "", 0},
      {"a writer with a write-ahead log", "1: POSIX  ADVISORY  WRITE 42 fe:00:11 120 120\n", 42},
      {"readers keep nobody out", "1: POSIX  ADVISORY  READ  42 fe:00:11 123 123\n", 0},
      {"a process that has the database open", "1: POSIX  ADVISORY  READ  42 fe:00:10 1073741826 1073742335\n", 0},
      {"a process that has the database for itself", "1: POSIX  ADVISORY  WRITE 42 fe:00:10 1073741824 1073742335\n",
       42},
      {"another file", "1: POSIX  ADVISORY  WRITE 42 fe:00:12 120 120\n", 0},
      {"locks of another kind, and those that are waited for",
       "1: FLOCK  ADVISORY  WRITE 42 fe:00:11 0 EOF\n1: -> POSIX  ADVISORY  WRITE 43 fe:00:11 120 120\n", 0},
      {"another process rather than this one",
       "1: POSIX  ADVISORY  WRITE 1 fe:00:11 120 120\n2: POSIX  ADVISORY  WRITE 42 fe:00:10 1073741824 1073742335\n",
       42},
      {"this process", "1: POSIX  ADVISORY  WRITE 1 fe:00:11 120 120\n", 1},
      {"text of another form", "x\n1: POSIX  ADVISORY  WRITE many fe:00:11 120 120\n", 0},
  };
  for (const auto& one : cases) {
    INFO(one.name);
    CHECK(blocking_process(one.locks, {10, 11}, 1).value_or(0) == one.process);
  }
  // With a rollback journal there is no index, and readers keep writers out.
  CHECK(blocking_process("1: POSIX  ADVISORY  READ  42 fe:00:10 1073741826 1073742335\n", {10, 0}, 1) == 42);
}
