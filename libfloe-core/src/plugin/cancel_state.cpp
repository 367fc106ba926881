#include "plugin/cancel_state.hpp"

namespace floe {

void CancelSource::State::cancel() {
  if (is_cancelled.exchange(true)) return;
  const std::lock_guard lock(mutex);
  for (const Hook& hook : hooks)
    hook.wake(hook.arg);
  hooks.clear();
}

void CancelSource::State::add(const Hook& hook) {
  const std::lock_guard lock(mutex);
  if (is_cancelled) {
    hook.wake(hook.arg);
  } else {
    hooks.push_back(hook);
  }
}

void CancelSource::State::remove(const floe_call* call, const void* arg) {
  const std::lock_guard lock(mutex);
  std::erase_if(hooks, [&](const Hook& hook) { return hook.call == call && hook.arg == arg; });
}

void CancelSource::State::remove_from(const floe_call* call, std::uint32_t depth) {
  const std::lock_guard lock(mutex);
  std::erase_if(hooks, [&](const Hook& hook) { return hook.call == call && hook.depth >= depth; });
}

CancelSource::CancelSource() : state_(std::make_shared<State>()) {}

void CancelSource::cancel() { state_->cancel(); }

bool CancelSource::is_cancelled() const { return state_->is_cancelled; }

}  // namespace floe
