// floe.host.broker/1: methods of the platform's other plugins, called by the host for a plugin.
#pragma once

#include "service/chosen_instance.hpp"

#include "base/result.hpp"
#include "floe/interfaces/host_broker.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace floe::service {

class BrokerService : public HostBrokerProvider<BrokerService> {
 public:
  BrokerService(PluginHost& host, std::function<CallOptions()> options) : host_(host), options_(std::move(options)) {}

  void choose(const compile::Compiled& compiled);

  Status invoke(Call& c, std::string_view category, std::string_view method, std::string_view arguments,
                ArrowStream rows, Sink& results, ArrowArrayStream& rows_out);

 private:
  Result<Instance> open(const std::string& category);

  PluginHost& host_;
  std::function<CallOptions()> options_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<ChosenInstance>, std::less<>> plugins_;  // by category
};

}  // namespace floe::service
