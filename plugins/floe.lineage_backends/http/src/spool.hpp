// Events that wait for the backend to come back, in floe.host.kv/1: they outlive the process.
#pragma once

#include "base/result.hpp"
#include "floe/client/host_kv.hpp"
#include "floe/plugin_call.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::lineage_http {

// Batches are arrays of events and keep their order, also between processes. A project has one spool.
class Spool {
 public:
  // kPermission when the platform did not grant the service.
  static Result<Spool> open(const Call& call);

  // Keys of the waiting batches, the oldest first.
  Result<std::vector<std::string>> batches(const Call& call) const;
  Result<std::string> read(const Call& call, const std::string& batch) const;
  Status remove(const Call& call, const std::string& batch) const;
  // kExhausted when too much waits already.
  Status add(const Call& call, std::string_view events) const;

 private:
  explicit Spool(HostKvClient kv) : kv_(kv) {}

  HostKvClient kv_;
};

}  // namespace floe::lineage_http
