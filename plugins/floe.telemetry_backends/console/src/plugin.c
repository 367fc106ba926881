/* floe.telemetry_backends/console: each OTLP request as one line on stderr, in the JSON encoding. */
#include "floe/interfaces/telemetry.h"
#include "floe/json.h"

#include <stdio.h>
#include <string.h>

/* An instance is its host: there is nothing else to remember. */
static floe_status give(void* self, floe_sink* sink, const char* text) {
  return ((const floe_host*)self)->write(sink, text, strlen(text));
}

static floe_status refuse(void* self, floe_call* call, const char* message) {
  ((const floe_host*)self)->set_error(call, FLOE_INVALID_ARGUMENT, message, strlen(message));
  return FLOE_INVALID_ARGUMENT;
}

/* There are no keys. */
static int is_empty_object(const char* config, size_t length) {
  return length == 0 || floe_json_is_empty_object(config, length);
}

static floe_status FLOE_CALL validate_config(const floe_host* host, floe_call* call, const char* config, size_t length,
                                             floe_sink* problems) {
  static const char kProblem[] = "[{\"path\":\"\",\"message\":\"must be {}: there is nothing to configure\"}]";
  (void)call;
  if (is_empty_object(config, length)) return host->write(problems, "[]", 2);
  return host->write(problems, kProblem, sizeof(kProblem) - 1);
}

static floe_status FLOE_CALL create(const floe_host* host, floe_call* call, const char* config, size_t length,
                                    void** self) {
  static const char kMessage[] = "there is nothing to configure";
  if (!is_empty_object(config, length)) {
    host->set_error(call, FLOE_INVALID_CONFIG, kMessage, sizeof(kMessage) - 1);
    return FLOE_INVALID_CONFIG;
  }
  *self = (void*)host;
  return FLOE_OK;
}

static void FLOE_CALL destroy(void* self) { (void)self; }

static floe_status FLOE_CALL health(void* self, floe_call* call, floe_sink* out) {
  (void)call;
  return give(self, out, "{\"state\":\"ok\",\"message\":\"\",\"details\":{}}");
}

static floe_status FLOE_CALL describe(void* self, floe_call* call, floe_sink* out) {
  (void)call;
  return give(self, out, "{\"name\":\"console\",\"version\":\"0.1.0\",\"capabilities\":[],\"limits\":{}}");
}

static void print_line(const char* text, size_t length) {
  flockfile(stderr); /* the line in one piece */
  fwrite(text, 1, length, stderr);
  putc_unlocked('\n', stderr);
  funlockfile(stderr);
}

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

static floe_status FLOE_CALL check_connection(void* self, floe_call* call, floe_sink* out) {
  (void)call;
  return give(self, out, "{\"status\":\"ok\"}");
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
