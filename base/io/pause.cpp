#include "base/io/pause.hpp"

#include <algorithm>
#include <thread>

namespace floe::io {

bool pause(std::chrono::nanoseconds duration, const std::function<bool()>& is_cancelled) {
  constexpr std::chrono::nanoseconds kPoll = std::chrono::milliseconds(20);
  const auto end = std::chrono::steady_clock::now() + duration;
  while (!is_cancelled()) {
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return true;
    std::this_thread::sleep_for(std::min(kPoll, left));
  }
  return false;
}

}  // namespace floe::io
