// Waiting that a cancelled call ends.
#pragma once

#include <chrono>
#include <functional>

namespace floe::io {

// Waits, asking `is_cancelled` every 20 ms. False when it said yes.
bool pause(std::chrono::nanoseconds duration, const std::function<bool()>& is_cancelled);

}  // namespace floe::io
