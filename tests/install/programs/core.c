/* Runs the project in argv[1] and prints a model's rows: C99 and nothing but the installed headers and library. */
#include <floe/floe.h>
#include <stdio.h>
#include <string.h>

static int finish(floe_result* result) {
  int code = floe_result_exit_code(result);
  puts(code == 0 ? floe_result_json(result, NULL) : floe_result_message(result));
  floe_result_free(result);
  return code;
}

int main(int argc, char** argv) {
  static const char show[] = "{\"name\": \"numbers\"}";
  char options[4096];
  floe_context* context = NULL;
  floe_result* result = NULL;
  int code;
  snprintf(options, sizeof(options), "{\"project_dir\": \"%s\"}", argc > 1 ? argv[1] : ".");
  if (floe_context_create(options, strlen(options), &context, &result) != FLOE_OK) return finish(result);
  floe_result_free(result);
  if (floe_context_call(context, "run", "", 0, &result) != FLOE_OK) return finish(result);
  floe_result_free(result);
  floe_context_call(context, "show", show, strlen(show), &result);
  code = finish(result);
  floe_context_destroy(context);
  return code;
}
