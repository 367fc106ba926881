// The built-in storage and catalog: a method's errors go to the host the instance was created with.
#pragma once

#include "abi/guard.hpp"

namespace floe::iceberg {

struct BuiltInInstance {
  const floe_host* host = nullptr;
};

template <class Instance, class Body>
floe_status instance_call(void* self, floe_call* call, Body&& body) noexcept {
  auto& instance = *static_cast<Instance*>(self);
  const Session session{instance.host, call};
  return guarded(session, [&]() -> Status { return body(instance, session); });
}

}  // namespace floe::iceberg
