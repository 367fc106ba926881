#include "abi/pending_writes.hpp"

#include "base/fail.hpp"

namespace floe::iceberg {

std::uint64_t PendingWrites::add(PendingWrite write) {
  const std::lock_guard lock(mutex_);
  writes_.emplace(++last_, std::move(write));
  return last_;
}

Result<PendingWrite> PendingWrites::take(std::uint64_t handle) {
  const std::lock_guard lock(mutex_);
  auto node = writes_.extract(handle);
  if (node.empty()) return failf(ErrorCode::kInvalidArgument, "write {} is not open", handle);
  return std::move(node.mapped());
}

}  // namespace floe::iceberg
