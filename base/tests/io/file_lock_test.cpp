#include "base/io/file_lock.hpp"

#include "floe_test.hpp"

#include <string>
#include <unistd.h>

TEST_CASE("a second holder of a lock is told, and the lock ends with its holder") {
  const std::string path = "/tmp/floe-file-lock-test-" + std::to_string(::getpid());
  {
    auto first = floe::io::FileLock::acquire(path);
    FLOE_REQUIRE_OK(first);
    auto second = floe::io::FileLock::acquire(path);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == floe::ErrorCode::kConflict);
  }
  FLOE_CHECK_OK(floe::io::FileLock::acquire(path));
  ::unlink(path.c_str());
}
