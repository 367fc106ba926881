// Writes between begin_write and commit, by the number the caller holds. Thread-safe.
#pragma once

#include "commit/begin_write.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace floe::iceberg {

class PendingWrites {
 public:
  std::uint64_t add(PendingWrite write);
  // kInvalidArgument when there is no such write (ended already, or never begun).
  Result<PendingWrite> take(std::uint64_t handle);

 private:
  std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, PendingWrite> writes_;
};

}  // namespace floe::iceberg
