#include "service/secrets_service.hpp"

#include "plugin/host_core.hpp"

#include "floe/client/secrets.hpp"

namespace floe::service {

Status SecretsService::get(Call& c, std::string_view key, Sink& value) {
  const Instance instance = FLOE_TRY(plugin_.open());
  const auto* table = static_cast<const floe_secrets_v1*>(instance.table());
  const std::string name(key);
  if (on_read_) on_read_(name);
  SinkBuffer found(instance.host());
  found.raw()->is_secret = true;
  value.raw()->is_secret = true;
  const floe_status status = table->get(instance.self(), c.raw(), name.data(), name.size(), found.raw());
  // Masked also when it failed: what was written before may be part of the value.
  mask_.add(found.view());
  if (status != FLOE_OK) return take_call_error(instance.host(), c.raw(), status, "secrets.get");
  value.write(found.view());
  return ok();
}

}  // namespace floe::service
