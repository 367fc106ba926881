// The plugin that the platform chooses for one category, opened when a service first needs it.
#pragma once

#include "model/compiled.hpp"
#include "plugin/host.hpp"

#include "base/result.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace floe::service {

class ChosenInstance {
 public:
  // `options` are those of the command that runs.
  ChosenInstance(PluginHost& host, std::string category, std::function<CallOptions()> options)
      : host_(host), category_(std::move(category)), options_(std::move(options)) {}

  // Of the platform compiled last; one that is open for another choice is given up.
  void choose(const compile::Compiled& compiled);

  // kInvalidState when the platform chooses none. Thread-safe.
  Result<Instance> open();

 private:
  PluginHost& host_;
  std::string category_;
  std::function<CallOptions()> options_;
  std::mutex mutex_;
  std::optional<compile::PluginChoice> choice_;
  Instance instance_;
};

}  // namespace floe::service
