#include "lock_patience.hpp"

#include "floe_test.hpp"

using floe::sqlite::LockPatience;

TEST_CASE("after a wait in vain the next ones are short, until somebody had the lock") {
  LockPatience patience(5000);
  CHECK(patience.limit_ms() == 5000);
  patience.on_timeout();
  CHECK(patience.limit_ms() == 100);
  patience.on_locked();
  CHECK(patience.limit_ms() == 5000);
  LockPatience none(0);
  none.on_timeout();
  CHECK(none.limit_ms() == 0);
}
