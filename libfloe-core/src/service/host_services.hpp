// The services that plugins of one context may ask for, over the platform compiled last.
#pragma once

#include "secrets/secret_mask.hpp"
#include "service/chosen_instance.hpp"
#include "service/http_service.hpp"
#include "service/kv_service.hpp"
#include "service/secrets_service.hpp"
#include "service/tmpdir_service.hpp"
#include "service/trace_service.hpp"

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"

#include <functional>

namespace floe::service {

struct ServiceEnvironment {
  io::FileSystem& files;
  const io::Environment& environment;
  io::Clock& clock;
  SecretMask& mask;
  std::function<CallOptions()> call_options;             // of the command that runs
  std::function<void(std::string_view name)> on_secret;  // a plugin asks for it
};

// Outlives the instances that got a service; not the host.
class HostServices {
 public:
  HostServices(PluginHost& host, const ServiceEnvironment& environment);
  HostServices(const HostServices&) = delete;
  HostServices& operator=(const HostServices&) = delete;

  void configure(const compile::Compiled& compiled);

 private:
  PluginHost& host_;
  ChosenInstance secrets_plugin_;
  SecretsService secrets_;
  TmpdirService tmpdir_;
  KvService kv_;
  HttpService http_;
  TraceService trace_;
};

}  // namespace floe::service
