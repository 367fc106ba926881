// How long the connections of one catalog wait for a lock. The first one waits for all of the time-out. Whoever comes
// after a wait that was in vain waits only shortly, until somebody had the lock again: a run over many sources then
// ends soon after the time-out and not after as many time-outs as it has sources.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace floe::sqlite {

// Thread-safe.
class LockPatience {
 public:
  explicit LockPatience(std::int64_t timeout_ms) : timeout_ms_(timeout_ms) {}

  [[nodiscard]] std::int64_t limit_ms() const { return is_exhausted_ ? std::min(timeout_ms_, kShortMs) : timeout_ms_; }

  void on_timeout() { is_exhausted_ = true; }

  void on_locked() { is_exhausted_ = false; }

 private:
  static constexpr std::int64_t kShortMs = 100;  // longer than a writer of this catalog holds the lock

  std::int64_t timeout_ms_;
  std::atomic<bool> is_exhausted_{false};
};

}  // namespace floe::sqlite
