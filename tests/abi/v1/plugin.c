/* A plugin as somebody built it with the first release: all three interfaces that were stable. Compiled against
 * v1/include only. With V1_FUTURE it is one of a later release: its tables have grown, its header says minor 3. */
#include "floe/interfaces/alert_channel.h"
#include "floe/interfaces/lineage.h"
#include "floe/interfaces/secrets.h"

#include <stdlib.h>
#include <string.h>

struct instance {
  const floe_host* host;
};

static floe_status text(const floe_host* host, floe_sink* out, const char* value) {
  return host->write(out, value, strlen(value));
}

static floe_status FLOE_CALL validate_config(const floe_host* host, floe_call* call, const char* config,
                                             size_t config_length, floe_sink* problems) {
  (void)call;
  (void)config;
  (void)config_length;
  return text(host, problems, "[]");
}

static floe_status FLOE_CALL create(const floe_host* host, floe_call* call, const char* config, size_t config_length,
                                    void** self) {
  struct instance* made = malloc(sizeof *made);
  (void)call;
  (void)config;
  (void)config_length;
  if (made == NULL) return FLOE_EXHAUSTED;
  made->host = host;
  *self = made;
  return FLOE_OK;
}

static void FLOE_CALL destroy(void* self) { free(self); }

static floe_status FLOE_CALL health(void* self, floe_call* call, floe_sink* out) {
  (void)call;
  return text(((struct instance*)self)->host, out, "{\"state\":\"ok\",\"message\":\"\",\"details\":{}}");
}

static floe_status FLOE_CALL describe(void* self, floe_call* call, floe_sink* out) {
  (void)call;
  return text(((struct instance*)self)->host, out, "{\"name\":\"frozen\"}");
}

/* The key, through a sink of the plugin's own where the host has them. */
static floe_status FLOE_CALL get(void* self, floe_call* call, const char* key, size_t key_length, floe_sink* value) {
  const floe_host* host = ((struct instance*)self)->host;
  const void* data = key;
  size_t length = key_length;
  floe_sink* own = NULL;
  floe_status status;
  if (strcmp(key, "missing") == 0) {
    host->set_error(call, FLOE_NOT_FOUND, "no such secret", 14);
    host->add_error_detail(call, "resource", key, key_length);
    return FLOE_NOT_FOUND;
  }
  if (FLOE_HAS(floe_host, host, drop_sink)) {
    own = host->make_sink(host->ctx);
    host->write(own, key, key_length);
    host->sink_bytes(own, &data, &length);
  }
  status = text(host, value, own == NULL ? "borrowed:" : "copied:");
  if (status == FLOE_OK) status = host->write(value, data, length);
  if (own != NULL) host->drop_sink(own);
  return status;
}

static floe_status FLOE_CALL pod_environment(void* self, floe_call* call, const char* request, size_t request_length,
                                             floe_sink* result) {
  (void)call;
  (void)request;
  (void)request_length;
  return text(((struct instance*)self)->host, result, "{\"env\":[]}");
}

static floe_status FLOE_CALL answer_empty(void* self, floe_call* call, floe_sink* result) {
  (void)call;
  return text(((struct instance*)self)->host, result, "{}");
}

static floe_status FLOE_CALL emit(void* self, floe_call* call, const char* events, size_t events_length) {
  const floe_host* host = ((struct instance*)self)->host;
  if (strcmp(events, "[]") != 0) return FLOE_OK;
  (void)events_length;
  host->set_error(call, FLOE_UNAVAILABLE, "the backend is down", 19);
  return FLOE_UNAVAILABLE;
}

static floe_status FLOE_CALL send_event(void* self, floe_call* call, const char* event, size_t event_length,
                                        floe_sink* result) {
  (void)call;
  (void)event;
  (void)event_length;
  return text(((struct instance*)self)->host, result, "{\"delivered\":true,\"attempts\":1}");
}

#ifdef V1_FUTURE
#define BUILT_FOR ((FLOE_ABI_MAJOR << 16) | 3u)
#define SINCE_MINOR_3 (UINT64_C(1) << 40)

struct grown_secrets {
  floe_secrets_v1 known;
  floe_status(FLOE_CALL* rotate)(void* self, floe_call* call, const char* key, size_t key_length);
};

static floe_status FLOE_CALL rotate(void* self, floe_call* call, const char* key, size_t key_length) {
  (void)self;
  (void)call;
  (void)key;
  (void)key_length;
  return FLOE_OK;
}

static const struct grown_secrets grown = {
    {sizeof(struct grown_secrets), FLOE_THREADS_CONCURRENT, SINCE_MINOR_3, validate_config, create, destroy, health,
     describe, get, NULL, NULL, NULL, pod_environment, NULL},
    rotate};
#define SECRETS_TABLE &grown
#else
#define BUILT_FOR FLOE_ABI_VERSION

static const floe_secrets_v1 secrets = {sizeof(floe_secrets_v1),
                                        FLOE_THREADS_CONCURRENT,
                                        0,
                                        validate_config,
                                        create,
                                        destroy,
                                        health,
                                        describe,
                                        get,
                                        NULL,
                                        NULL,
                                        NULL,
                                        pod_environment,
                                        NULL};
#define SECRETS_TABLE &secrets
#endif

static const floe_lineage_v1 lineage = {sizeof(floe_lineage_v1),
                                        FLOE_THREADS_SERIAL,
                                        0,
                                        validate_config,
                                        create,
                                        destroy,
                                        health,
                                        describe,
                                        answer_empty,
                                        answer_empty,
                                        emit,
                                        answer_empty};

static const floe_alert_channel_v1 alert_channel = {sizeof(floe_alert_channel_v1),
                                                    FLOE_THREADS_SERIAL,
                                                    0,
                                                    validate_config,
                                                    create,
                                                    destroy,
                                                    health,
                                                    describe,
                                                    send_event};

static const floe_interface interfaces[] = {{FLOE_SECRETS_INTERFACE, "frozen", SECRETS_TABLE},
                                            {FLOE_LINEAGE_INTERFACE, "frozen", &lineage},
                                            {FLOE_ALERT_CHANNEL_INTERFACE, "frozen", &alert_channel}};

static const floe_plugin plugin = {sizeof(floe_plugin), BUILT_FOR, 0, 3, interfaces, "org.example.frozen", "1.0.0",
                                   "Example Ltd",       NULL};

floe_status FLOE_CALL floe_plugin_entry_v1(const floe_host* host, floe_call* call, const floe_plugin** out) {
  (void)call;
  if (host->abi_version >> 16 != FLOE_ABI_MAJOR) return FLOE_UNSUPPORTED;
  *out = &plugin;
  return FLOE_OK;
}
