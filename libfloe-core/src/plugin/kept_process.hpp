// The process as it was before code of a plugin ran: compared, put back, and the plugin named.
#pragma once

#include "plugin/process_state.hpp"
#include "plugin/running_call.hpp"

#include "floe/plugin.h"

#include <memory>

namespace floe {

class HostCore;
struct PluginEntry;

// Used by the thread that made it. Plugins beside libfloe-core are floe's own and checked with it: nothing is compared.
class KeptProcess {
 public:
  KeptProcess(const HostCore& core, const floe_host_ctx& context);

  // What changed since it was made, or since the last call, was changed by the method `name` of the plugin. Never
  // throws: without memory nothing is compared.
  void check(const CallName& name) noexcept;

 private:
  const HostCore& core_;
  const floe_host_ctx& context_;
  std::unique_ptr<ProcessState> before_;  // some 5 kB, most calls compare nothing
};

}  // namespace floe
