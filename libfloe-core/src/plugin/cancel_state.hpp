// The shared state behind a CancelSource: the flag and the hooks of the calls under way.
#pragma once

#include "plugin/call.hpp"

#include <atomic>
#include <mutex>
#include <vector>

namespace floe {

struct CancelSource::State {
  using Wake = void(FLOE_CALL*)(void* arg);

  struct Hook {
    const floe_call* call;
    std::uint32_t depth;  // of nested methods on that call
    Wake wake;
    void* arg;
  };

  std::atomic<bool> is_cancelled{false};
  std::mutex mutex;  // held while hooks run: who removes one waits for it
  std::vector<Hook> hooks;

  void cancel();
  // Runs it at once when already cancelled.
  void add(const Hook& hook);
  void remove(const floe_call* call, const void* arg);
  // All that methods at `depth` or deeper registered on `call`.
  void remove_from(const floe_call* call, std::uint32_t depth);
};

}  // namespace floe
