// The floe.dbt/1 face of libfloe-dbt.
#include "floe/dbt.h"
#include "floe/plugin.hpp"

#include <memory>
#include <string_view>

namespace {

class Native : public floe::DBTPlugin<Native> {
 public:
  static constexpr std::uint64_t kCapabilities = FLOE_DBT_WAREHOUSE | FLOE_DBT_GRAPH | FLOE_DBT_CONFINED;

  Native(floe::Call& call, std::string_view config) {
    const floe_status status = floe_dbt_create(call.raw_host(), call.raw(), config.data(), config.size(), &engine_);
    // The error slot is filled: only the status has to travel.
    if (status != FLOE_OK) call.fail(status, "the dbt engine does not start");
  }

  Native(const Native&) = delete;
  Native& operator=(const Native&) = delete;

  ~Native() { floe_dbt_destroy(engine_); }

  floe_status invoke(floe::Call& call, std::string_view request, floe::Sink& result) {
    const auto* service =
        static_cast<const floe_service*>(host().raw()->get_service(host().raw()->ctx, FLOE_WAREHOUSE_INTERFACE));
    const auto* table = service == nullptr ? nullptr : static_cast<const floe_warehouse_v1*>(service->table);
    return floe_dbt_invoke(engine_, call.raw(), table, service == nullptr ? nullptr : service->self, request.data(),
                           request.size(), result.raw());
  }

  floe_status parse(floe::Call& call, std::string_view request, floe::Sink& manifest) {
    return floe_dbt_parse(engine_, call.raw(), request.data(), request.size(), manifest.raw());
  }

  floe_status runtime(floe::Call& call, floe::Sink& result) {
    return floe_dbt_runtime(engine_, call.raw(), result.raw());
  }

 private:
  floe_dbt_engine* engine_ = nullptr;
};

}  // namespace

FLOE_PLUGIN("io.floe.dbt.native", "0.1.0", "floe", floe::expose<Native>("native"));
