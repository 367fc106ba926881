/* floe.telemetry_backends/console: each OTLP request as one line on stderr, in the JSON encoding. */
#include "console/console.h"

#include "floe/interfaces/telemetry.h"

static floe_status FLOE_CALL exporter_config(void* self, floe_call* call, floe_sink* out) {
  (void)call;
  return give(self, out,
              "{\"exporters\":{\"debug\":{\"verbosity\":\"detailed\"}},\"service\":{\"pipelines\":{"
              "\"traces\":{\"receivers\":[\"otlp\"],\"exporters\":[\"debug\"]},"
              "\"metrics\":{\"receivers\":[\"otlp\"],\"exporters\":[\"debug\"]},"
              "\"logs\":{\"receivers\":[\"otlp\"],\"exporters\":[\"debug\"]}}}}");
}

static floe_status FLOE_CALL export_otlp(void* self, floe_call* call, const char* signal, size_t signal_length,
                                         const char* request, size_t request_length, floe_sink* out) {
  /* A request names its signal itself. */
  if (!floe_is_utf8(signal, signal_length)) return refuse(self, call, "`signal` is no UTF-8");
  if (floe_json_kind(request, request_length) != '{') return refuse(self, call, "`request` is no JSON object");
  print_line(request, request_length);
  return give(self, out, "{\"rejected\":0}");
}

static const floe_telemetry_v1 table = {sizeof(floe_telemetry_v1),
                                        FLOE_THREADS_CONCURRENT,
                                        0,
                                        validate_config,
                                        create,
                                        destroy,
                                        health,
                                        describe,
                                        exporter_config,
                                        export_otlp,
                                        check_connection};
static const floe_interface interfaces[] = {{FLOE_TELEMETRY_INTERFACE, "console", &table}};
static const floe_plugin plugin = {sizeof(floe_plugin),         FLOE_ABI_VERSION, 0,      1,   interfaces,
                                   "io.floe.telemetry.console", "0.1.0",          "floe", NULL};

FLOE_EXPORT floe_status FLOE_CALL floe_plugin_entry_v1(const floe_host* host, floe_call* call,
                                                       const floe_plugin** out) {
  (void)call;
  if (host->abi_version >> 16 != FLOE_ABI_MAJOR) return FLOE_UNSUPPORTED;
  *out = &plugin;
  return FLOE_OK;
}
