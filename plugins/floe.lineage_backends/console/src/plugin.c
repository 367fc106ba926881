/* floe.lineage_backends/console: the events of each call as one line on stderr. */
#include "console/console.h"

#include "floe/interfaces/lineage.h"

static floe_status FLOE_CALL transport_config(void* self, floe_call* call, floe_sink* out) {
  (void)call;
  return give(self, out, "{\"type\":\"console\"}");
}

static floe_status FLOE_CALL namespace_mapping(void* self, floe_call* call, floe_sink* out) {
  (void)call;
  return give(self, out, "{}");
}

static floe_status FLOE_CALL emit(void* self, floe_call* call, const char* events, size_t length) {
  if (floe_json_kind(events, length) != '[') return refuse(self, call, "`events` is no JSON array");
  print_line(events, length);
  return FLOE_OK;
}

static const floe_lineage_v1 table = {
    sizeof(floe_lineage_v1), FLOE_THREADS_CONCURRENT, 0,    validate_config, create, destroy, health, describe,
    transport_config,        namespace_mapping,       emit, check_connection};
static const floe_interface interfaces[] = {{FLOE_LINEAGE_INTERFACE, "console", &table}};
static const floe_plugin plugin = {sizeof(floe_plugin),       FLOE_ABI_VERSION, 0,      1,   interfaces,
                                   "io.floe.lineage.console", "0.1.0",          "floe", NULL};

FLOE_EXPORT floe_status FLOE_CALL floe_plugin_entry_v1(const floe_host* host, floe_call* call,
                                                       const floe_plugin** out) {
  (void)call;
  if (host->abi_version >> 16 != FLOE_ABI_MAJOR) return FLOE_UNSUPPORTED;
  *out = &plugin;
  return FLOE_OK;
}
