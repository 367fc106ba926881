// Composition: the platform's plugins opened in the order of their needs, each with the bindings of those it names in
// `requires`. A binding says where something is, never how to get in: it has no secrets.
#pragma once

#include "model/compiled.hpp"
#include "plugin/host.hpp"

#include "base/result.hpp"

#include <map>
#include <string>

namespace floe::run {

class Bindings {
 public:
  // All outlive it.
  Bindings(PluginHost& host, const compile::Compiled& compiled, CallOptions options)
      : host_(host), compiled_(compiled), options_(std::move(options)) {}

  // kData with FLOE-E0759 when the project's writer is not trusted: nothing of its platform is opened.
  [[nodiscard]] Status may_open() const;

  // The instance of a category (`compute`), opened at the first question. Its configuration has the member `bindings`,
  // by category, when its plugin.json requires some.
  Result<Instance> open(const std::string& category);

  // shared/storage_binding, shared/catalog_binding or shared/compute_description of the opened plugin, as JSON.
  // kUnsupported for a category that has none; FLOE-E0435 when it carries a secret.
  Result<std::string> of(const std::string& category);

 private:
  Result<std::string> config_of(const compile::PluginChoice& choice, const PluginEntry& entry);
  Result<std::string> ask(const std::string& category, const Instance& instance);

  PluginHost& host_;
  const compile::Compiled& compiled_;
  CallOptions options_;
  std::map<std::string, Instance> opened_;
  std::map<std::string, std::string> bindings_;
};

}  // namespace floe::run
