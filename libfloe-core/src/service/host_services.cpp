#include "service/host_services.hpp"

#include "plugin/interface_info.hpp"

#include <algorithm>
#include <string_view>

namespace floe::service {
namespace {

// What a service itself is made of must not ask for it.
std::vector<std::string> all_groups_but(std::initializer_list<std::string_view> left_out) {
  std::vector<std::string> out;
  for (const InterfaceInfo* info : known_interfaces()) {
    if (std::find(left_out.begin(), left_out.end(), info->group) == left_out.end()) out.emplace_back(info->group);
  }
  return out;
}

template <class Service>
void offer(PluginHost& host, Service& service, std::vector<std::string> groups) {
  static const typename Service::Table kTable = Service::table();
  host.provide_service(Service::kInterface, &kTable, &service, std::move(groups));
}

}  // namespace

HostServices::HostServices(PluginHost& host, const ServiceEnvironment& environment)
    : host_(host),
      secrets_plugin_(host, "secrets", environment.call_options),
      secrets_(secrets_plugin_, environment.mask, environment.on_secret),
      tmpdir_(environment.files, environment.environment),
      kv_(environment.files),
      http_(net::make_curl_transport(), environment.environment, environment.clock) {
  offer(host, secrets_, all_groups_but({"floe.secrets"}));
  offer(host, tmpdir_, all_groups_but({}));
  offer(host, kv_, all_groups_but({}));
  offer(host, http_, all_groups_but({}));
  offer(host, trace_, all_groups_but({}));
}

void HostServices::configure(const compile::Compiled& compiled) {
  secrets_plugin_.choose(compiled);
  kv_.use(compiled.state_directory);
  host_.deny_services(compiled.denied_services);
}

}  // namespace floe::service
