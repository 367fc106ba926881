// The exported functions of floe/dbt.h: each is one guarded call of the engine.
#include "execute/engine.hpp"

#include "floe/client_call.hpp"
#include "floe/dbt.h"

#include <exception>
#include <functional>
#include <new>

struct floe_dbt_engine {
  explicit floe_dbt_engine(const floe_host* raw) : host(raw), engine(raw) {}

  const floe_host* host;
  floe::dbt::Engine engine;
};

namespace floe::dbt {
namespace {

floe_status guard(const floe_host* host, floe_call* call, floe_sink* out,
                  const std::function<Result<std::string>()>& body) noexcept {
  try {
    const Result<std::string> answer = body();
    if (!answer) return report_error(host, call, answer.error());
    return out == nullptr ? FLOE_OK : host->write(out, answer->data(), answer->size());
  } catch (const std::bad_alloc&) {
    host->set_error(call, FLOE_EXHAUSTED, "out of memory", 13);
    return FLOE_EXHAUSTED;
  } catch (const std::exception& error) {
    const std::string_view message = error.what();
    host->set_error(call, FLOE_PANIC, message.data(), message.size());
    return FLOE_PANIC;
  } catch (...) {
    host->set_error(call, FLOE_PANIC, "unknown exception", 17);
    return FLOE_PANIC;
  }
}

}  // namespace
}  // namespace floe::dbt

using floe::dbt::guard;

floe_status floe_dbt_create(const floe_host* host, floe_call* call, const char* /*config*/, size_t /*length*/,
                            floe_dbt_engine** engine) {
  return guard(host, call, nullptr, [&]() -> floe::Result<std::string> {
    *engine = new floe_dbt_engine(host);
    return std::string();
  });
}

void floe_dbt_destroy(floe_dbt_engine* engine) { delete engine; }

floe_status floe_dbt_invoke(floe_dbt_engine* engine, floe_call* call, const floe_warehouse_v1* warehouse,
                            void* warehouse_self, const char* request, size_t length, floe_sink* result) {
  return guard(engine->host, call, result, [&] {
    const floe::WarehouseClient client =
        warehouse == nullptr ? floe::WarehouseClient() : floe::WarehouseClient(engine->host, warehouse, warehouse_self);
    return engine->engine.invoke(call, client, {request, length});
  });
}

floe_status floe_dbt_parse(floe_dbt_engine* engine, floe_call* call, const char* request, size_t length,
                           floe_sink* manifest) {
  return guard(engine->host, call, manifest, [&] { return engine->engine.parse(call, {request, length}); });
}

floe_status floe_dbt_runtime(floe_dbt_engine* engine, floe_call* call, floe_sink* result) {
  return guard(engine->host, call, result, [&]() -> floe::Result<std::string> { return engine->engine.runtime(); });
}
