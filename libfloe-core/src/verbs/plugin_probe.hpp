// Whether something that needs plugins works, tried in a copy of this process: one that crashes, hangs or ends its
// process there is named here.
#pragma once

#include "plugin/call.hpp"

#include "base/result.hpp"

#include <chrono>
#include <functional>

namespace floe::run {

// The status of `body`, which runs in a child process and leaves nothing behind; kPanic when the child crashed or ended
// itself, kTimeout after `limit`, both with the method that ran. kCancelled when `cancel` was requested.
Status probe(const std::function<Status()>& body, std::chrono::milliseconds limit, const CancelSource& cancel);

}  // namespace floe::run
