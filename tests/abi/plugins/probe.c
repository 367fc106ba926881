/* A floe.dbt/1 plugin in plain C, built several times: right (PROBE_GOOD), and wrong in one way each. */
#include "floe/interfaces/dbt.h"
#include "floe/interfaces/warehouse.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#ifndef PROBE_ID
#define PROBE_ID "org.example.probe"
#endif
#ifndef PROBE_VERSION
#define PROBE_VERSION "1.2.3"
#endif
#ifndef PROBE_SIZE
#define PROBE_SIZE sizeof(floe_plugin)
#endif
#ifndef PROBE_ABI
#define PROBE_ABI FLOE_ABI_VERSION
#endif
#ifndef PROBE_THREADING
#define PROBE_THREADING FLOE_THREADS_CONCURRENT
#endif
#ifndef PROBE_INTERFACES
#define PROBE_INTERFACES interfaces
#endif
#ifndef PROBE_INTERFACE
#define PROBE_INTERFACE FLOE_DBT_INTERFACE
#endif

struct probe {
  const floe_host* host;
  pthread_mutex_t mutex;
  pthread_cond_t woken;
  int is_woken;
  int running; /* methods under way: more than one is a lock that does not lock */
  int overlapped;
  pthread_t creator;
  const char* health;
};

static floe_status text(const floe_host* host, floe_sink* out, const char* value) {
  return host->write(out, value, strlen(value));
}

static floe_status fail(const floe_host* host, floe_call* call, floe_status status, const char* message) {
  host->set_error(call, status, message, strlen(message));
  return status;
}

static floe_status FLOE_CALL validate_config(const floe_host* host, floe_call* call, const char* config,
                                             size_t config_length, floe_sink* problems) {
  (void)call;
  (void)config_length;
  if (strstr(config, "\"color\"") != NULL) {
    return text(host, problems, "[{\"path\":\"color\",\"message\":\"unknown key; accepted is `size`\"}]");
  }
  return text(host, problems, "[]");
}

static floe_status FLOE_CALL create(const floe_host* host, floe_call* call, const char* config, size_t config_length,
                                    void** self) {
  struct probe* probe;
  (void)config_length;
  if (strstr(config, "\"broken\"") != NULL) return fail(host, call, FLOE_UNAVAILABLE, "the server does not answer");
  probe = calloc(1, sizeof *probe);
  if (probe == NULL) return FLOE_EXHAUSTED;
  probe->host = host;
  pthread_mutex_init(&probe->mutex, NULL);
  pthread_cond_init(&probe->woken, NULL);
  probe->creator = pthread_self();
  probe->health = "{\"state\":\"ok\",\"message\":\"\",\"details\":{}}";
  if (strstr(config, "\"failed\"") != NULL) {
    probe->health = "{\"state\":\"failed\",\"message\":\"the disk is full\",\"details\":{}}";
  } else if (strstr(config, "\"degraded\"") != NULL) {
    probe->health = "{\"state\":\"degraded\",\"message\":\"slow\",\"details\":{}}";
  } else if (strstr(config, "\"odd\"") != NULL) {
    probe->health = "{\"state\":\"odd\",\"message\":\"\",\"details\":{}}";
  }
  *self = probe;
  return FLOE_OK;
}

static void FLOE_CALL destroy(void* self) { free(self); }

static floe_status FLOE_CALL health(void* self, floe_call* call, floe_sink* out) {
  (void)call;
  return text(((struct probe*)self)->host, out, ((struct probe*)self)->health);
}

#ifndef PROBE_NO_RUNTIME
static floe_status FLOE_CALL describe(void* self, floe_call* call, floe_sink* out) {
  (void)call;
  return text(((struct probe*)self)->host, out, "{\"name\":\"probe\"}");
}
#endif

static void FLOE_CALL wake(void* arg) {
  struct probe* probe = arg;
  pthread_mutex_lock(&probe->mutex);
  probe->is_woken = 1;
  pthread_cond_broadcast(&probe->woken);
  pthread_mutex_unlock(&probe->mutex);
}

static floe_status hang_until_cancel(struct probe* probe, floe_call* call) {
  probe->host->progress(call, 0, 1, "hanging", 7);
  probe->host->on_cancel(call, wake, probe);
  pthread_mutex_lock(&probe->mutex);
  while (!probe->is_woken)
    pthread_cond_wait(&probe->woken, &probe->mutex);
  probe->is_woken = 0;
  pthread_mutex_unlock(&probe->mutex);
  return fail(probe->host, call, FLOE_CANCELLED, "woken by cancel");
}

static floe_status count_overlap(struct probe* probe, floe_sink* out) {
  int i;
  if (__atomic_add_fetch(&probe->running, 1, __ATOMIC_SEQ_CST) > 1)
    __atomic_store_n(&probe->overlapped, 1, __ATOMIC_SEQ_CST);
  for (i = 0; i < 20000; ++i)
    __atomic_load_n(&probe->running, __ATOMIC_SEQ_CST);
  __atomic_sub_fetch(&probe->running, 1, __ATOMIC_SEQ_CST);
  return text(probe->host, out, __atomic_load_n(&probe->overlapped, __ATOMIC_SEQ_CST) ? "overlapped" : "alone");
}

static floe_status use_fork(struct probe* probe, floe_call* call, floe_sink* out) {
  floe_call* forked = probe->host->fork_call(call);
  floe_status status;
  fail(probe->host, forked, FLOE_DATA, "of the fork");
  status = probe->host->call_error(forked, out);
  probe->host->release_call(forked);
  if (status != FLOE_DATA || probe->host->call_error(call, NULL) != FLOE_OK) return FLOE_INTERNAL;
  return FLOE_OK;
}

/* The service of the test calls this instance again. */
static floe_status call_service(struct probe* probe, floe_call* call, floe_sink* out) {
  const floe_service* service = probe->host->get_service(probe->host->ctx, FLOE_WAREHOUSE_INTERFACE);
  if (service == NULL) return FLOE_NOT_FOUND;
  return ((const floe_warehouse_v1*)service->table)->describe(service->self, probe->host, call, out);
}

static floe_status trace(struct probe* probe, floe_call* call, floe_sink* out) {
  char parent[56];
  uint64_t span = probe->host->begin_span(call, "probe.work");
  floe_status status = probe->host->traceparent(call, parent);
  probe->host->span_attr(span, "rows", "3", 1);
  probe->host->log(probe->host->ctx, call, FLOE_LOG_INFO, "probe", "working", 7);
  probe->host->end_span(span, FLOE_OK);
  if (status != FLOE_OK) return status;
  return text(probe->host, out, parent);
}

static floe_status FLOE_CALL invoke(void* self, floe_call* call, const char* request, size_t request_length,
                                    floe_sink* result) {
  struct probe* probe = self;
  const floe_host* host = probe->host;
  if (strcmp(request, "hang") == 0) return hang_until_cancel(probe, call);
  if (strcmp(request, "overlap") == 0) return count_overlap(probe, result);
  if (strcmp(request, "fork") == 0) return use_fork(probe, call, result);
  if (strcmp(request, "call service") == 0) return call_service(probe, call, result);
  if (strcmp(request, "trace") == 0) return trace(probe, call, result);
  if (strcmp(request, "thread") == 0) {
    return text(host, result, pthread_equal(pthread_self(), probe->creator) ? "creator" : "other");
  }
  if (strcmp(request, "service") == 0) {
    return text(host, result, host->get_service(host->ctx, "floe.host.warehouse/1") == NULL ? "none" : "granted");
  }
  if (strcmp(request, "mute failure") == 0) return FLOE_CONFLICT;
  if (strcmp(request, "strange status") == 0) return fail(host, call, 4711, "of a newer floe");
  if (strcmp(request, "detailed failure") == 0) {
    fail(host, call, FLOE_UNAVAILABLE, "the token s3cret has expired");
    host->add_error_detail(call, "http.status", "503", 3);
    return FLOE_UNAVAILABLE;
  }
  if (strcmp(request, "error and success") == 0) {
    fail(host, call, FLOE_DATA, "forget me");
    return FLOE_OK;
  }
  if (strcmp(request, "flood") == 0) {
    floe_status status = FLOE_OK;
    char block[4096];
    memset(block, 'x', sizeof block);
    while (status == FLOE_OK)
      status = host->write(result, block, sizeof block);
    return status;
  }
  return host->write(result, request, request_length);
}

static floe_status FLOE_CALL parse(void* self, floe_call* call, const char* request, size_t request_length,
                                   floe_sink* manifest) {
  (void)call;
  return ((struct probe*)self)->host->write(manifest, request, request_length);
}

#ifndef PROBE_NO_RUNTIME
static floe_status FLOE_CALL runtime(void* self, floe_call* call, floe_sink* result) {
  (void)call;
  return text(((struct probe*)self)->host, result, "{\"name\":\"probe\"}");
}
#endif

static const floe_dbt_v1 table = {
#ifdef PROBE_SHORT_TABLE
    offsetof(floe_dbt_v1, parse) + 4, /* ends in the middle of a slot */
#else
    sizeof(floe_dbt_v1),
#endif
    PROBE_THREADING,
#ifdef PROBE_CAPABILITIES
    PROBE_CAPABILITIES,
#else
    FLOE_DBT_WAREHOUSE,
#endif
    validate_config,
    create,
    destroy,
    health,
#ifdef PROBE_NO_RUNTIME
    NULL,
#else
    describe,
#endif
    invoke,
    parse,
    NULL,
#ifdef PROBE_NO_RUNTIME
    NULL,
#else
    runtime,
#endif
};

const floe_interface interfaces[] = {{PROBE_INTERFACE, "probe", &table}}; /* not static: one probe leaves it unused */
static const floe_plugin plugin = {PROBE_SIZE,    PROBE_ABI,     0,   1, PROBE_INTERFACES, PROBE_ID,
                                   PROBE_VERSION, "Example Ltd", NULL};

#ifdef PROBE_NO_ENTRY
FLOE_EXPORT const floe_plugin* FLOE_CALL floe_plugin_entry_v2(void);

FLOE_EXPORT const floe_plugin* FLOE_CALL floe_plugin_entry_v2(void) { return &plugin; }
#else
floe_status FLOE_CALL floe_plugin_entry_v1(const floe_host* host, floe_call* call, const floe_plugin** out) {
#ifdef PROBE_ENTRY_FAILS
  (void)out;
  (void)plugin;
  return fail(host, call, FLOE_PERMISSION, "no licence found");
#else
  (void)host;
  (void)call;
  *out = &plugin;
  return FLOE_OK;
#endif
}
#endif
