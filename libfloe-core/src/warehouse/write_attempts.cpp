#include "warehouse/write_attempts.hpp"

#include "base/io/pause.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace floe::warehouse {
namespace {

constexpr int kMostAttempts = 40;
constexpr int kQuietFailures = 2;  // told only to those who ask for details
constexpr int kLongestWait = 8;    // in attempts
constexpr std::chrono::nanoseconds kShortestAttempt = std::chrono::milliseconds(20);

// A small generator: what a library keeps by thread lies in the few bytes that the loader has for those opened later.
std::chrono::nanoseconds random_up_to(std::chrono::nanoseconds most) {
  thread_local std::minstd_rand generator(std::random_device{}());
  return std::chrono::nanoseconds(std::uniform_int_distribution<std::int64_t>(0, most.count())(generator));
}

}  // namespace

bool WriteAttempts::wait(Call& call) {
  if (++failures_ >= kMostAttempts) return false;
  const std::chrono::nanoseconds took =
      std::max(kShortestAttempt,
               std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - began_));
  call.log(
      failures_ > kQuietFailures ? FLOE_LOG_WARN : FLOE_LOG_INFO, "warehouse",
      fmt::format("`{}` was changed by others while it was written; writing again on its new state (attempt {} of {})",
                  table_, failures_ + 1, kMostAttempts));
  return io::pause(random_up_to(took * std::min(failures_, kLongestWait)), [&] { return call.cancelled(); });
}

}  // namespace floe::warehouse
