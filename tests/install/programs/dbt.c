/* Lists the nodes of the dbt project in argv[1], with a host of its own: C99, also compiled as C++. */
#include <floe/dbt.h>
#include <stdio.h>
#include <string.h>

struct floe_call {
  floe_status status;
  char message[1024];
};

struct floe_sink {
  char bytes[65536];
  size_t length;
};

static void FLOE_CALL set_error(floe_call* call, floe_status status, const char* message, size_t length) {
  call->status = status;
  snprintf(call->message, sizeof(call->message), "%.*s", (int)length, message);
}

static void FLOE_CALL add_error_detail(floe_call* call, const char* key, const char* value, size_t length) {
  (void)call, (void)key, (void)value, (void)length;
}

static floe_status FLOE_CALL write_bytes(floe_sink* sink, const void* data, size_t length) {
  if (length > sizeof(sink->bytes) - sink->length) return FLOE_EXHAUSTED;
  memcpy(sink->bytes + sink->length, data, length);
  sink->length += length;
  return FLOE_OK;
}

static int32_t FLOE_CALL is_cancelled(floe_call* call) { return (void)call, 0; }

static floe_status FLOE_CALL on_cancel(floe_call* call, void(FLOE_CALL* wake)(void* arg), void* arg) {
  return (void)call, (void)wake, (void)arg, FLOE_OK;
}

static int64_t FLOE_CALL deadline(floe_call* call) { return (void)call, INT64_MAX; }

static void FLOE_CALL log_line(floe_host_ctx* ctx, floe_call* call, int32_t level, const char* target,
                               const char* message, size_t length) {
  (void)ctx, (void)call, (void)level, (void)target, (void)message, (void)length;
}

static void FLOE_CALL clear_error(floe_call* call) { call->status = FLOE_OK; }

int main(int argc, char** argv) {
  static floe_call call;
  static floe_sink answer;
  char request[4096];
  floe_host host;
  floe_dbt_engine* engine = NULL;
  floe_status status;
  memset(&host, 0, sizeof(host));
  host.struct_size = sizeof(host);
  host.abi_version = FLOE_ABI_VERSION;
  host.set_error = set_error;
  host.add_error_detail = add_error_detail;
  host.write = write_bytes;
  host.is_cancelled = is_cancelled;
  host.on_cancel = on_cancel;
  host.deadline_unix_ns = deadline;
  host.log = log_line;
  host.clear_error = clear_error;
  if (argc < 2) return 2;
  snprintf(request, sizeof(request),
           "{\"command\": \"ls\", \"project_dir\": \"%s\", \"target_path\": \"%s/target\", \"args\": {}}", argv[1],
           argv[1]);
  status = floe_dbt_create(&host, &call, "{}", 2, &engine);
  if (status == FLOE_OK) status = floe_dbt_invoke(engine, &call, NULL, NULL, request, strlen(request), &answer);
  floe_dbt_destroy(engine);
  printf("%.*s%s\n", (int)answer.length, answer.bytes, call.message);
  return (int)status;
}
