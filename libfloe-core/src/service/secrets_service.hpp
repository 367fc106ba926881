// floe.host.secrets/1: values from the platform's secrets plugin, wiped with their sinks and masked from then on.
#pragma once

#include "service/chosen_instance.hpp"
#include "service/secret_mask.hpp"

#include "base/result.hpp"
#include "floe/interfaces/host_secrets.hpp"

#include <string_view>

namespace floe::service {

class SecretsService : public HostSecretsProvider<SecretsService> {
 public:
  SecretsService(ChosenInstance& plugin, SecretMask& mask) : plugin_(plugin), mask_(mask) {}

  Status get(Call& c, std::string_view key, Sink& value);

 private:
  ChosenInstance& plugin_;
  SecretMask& mask_;
};

}  // namespace floe::service
