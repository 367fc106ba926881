// A service of the host behind its client.
#pragma once

#include "floe/plugin_call.hpp"

namespace floe::http {

// A client without a table (`has_value`) when the platform did not grant the service.
template <class Client>
Client service(const Call& call) {
  const floe_service* found = call.host().service(Client::kInterface);
  if (found == nullptr) return Client();
  return Client(call.raw_host(), static_cast<const typename Client::Table*>(found->table), found->self);
}

}  // namespace floe::http
