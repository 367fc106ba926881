// The plugins that this process opened, for their `shutdown`: once each, before the process ends.
#pragma once

#include "plugin/running_call.hpp"

#include "floe/plugin.h"

#include <atomic>
#include <chrono>

namespace floe {

// One library, however many hosts opened it. Lives as long as the process.
struct OpenedPlugin {
  OpenedPlugin(const floe_plugin& of, const CallName& shutdown) : descriptor(&of), shutdown_name(&shutdown) {}

  const floe_plugin* descriptor;
  const CallName* shutdown_name;
  std::atomic<int> instances{0};  // that live, or were left behind
  std::atomic<bool> is_shut_down{false};
};

// The one object of that descriptor. Any thread.
OpenedPlugin& opened_plugin(const floe_plugin& descriptor, std::string_view id, std::string_view library);

// Calls `shutdown` of each one that has it, has no instance and was not shut down before. One that takes longer than
// `patience` is left behind, and so are those behind it.
void shut_down_plugins(std::chrono::milliseconds patience);

}  // namespace floe
