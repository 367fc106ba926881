// floe.host.secrets/1: values from the platform's secrets plugin, wiped with their sinks and masked from then on.
#pragma once

#include "secrets/secret_mask.hpp"
#include "service/chosen_instance.hpp"

#include "base/result.hpp"
#include "floe/interfaces/host_secrets.hpp"

#include <functional>
#include <string_view>

namespace floe::service {

class SecretsService : public HostSecretsProvider<SecretsService> {
 public:
  // `on_read` hears the name of each secret that is asked for; may be empty.
  SecretsService(ChosenInstance& plugin, SecretMask& mask, std::function<void(std::string_view name)> on_read)
      : plugin_(plugin), mask_(mask), on_read_(std::move(on_read)) {}

  Status get(Call& c, std::string_view key, Sink& value);

 private:
  ChosenInstance& plugin_;
  SecretMask& mask_;
  std::function<void(std::string_view)> on_read_;
};

}  // namespace floe::service
