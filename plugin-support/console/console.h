/* What the console plugins share: nothing to configure, nothing to remember, lines on stderr. C99; included by the one
 * source of each. */
#ifndef FLOE_PLUGINS_CONSOLE_CONSOLE_H_
#define FLOE_PLUGINS_CONSOLE_CONSOLE_H_

#include "floe/json.h"
#include "floe/plugin.h"

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

static floe_status FLOE_CALL check_connection(void* self, floe_call* call, floe_sink* out) {
  (void)call;
  return give(self, out, "{\"status\":\"ok\"}");
}

#endif /* FLOE_PLUGINS_CONSOLE_CONSOLE_H_ */
