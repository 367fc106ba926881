/* floe/floe.h: the embedding API of libfloe-core. Everything the `floe` command does goes through it.
 *
 * Requests and answers are JSON (UTF-8); docs/reference/embedding.md gives every key with an example. Rows are Arrow C
 * streams. No function throws, prints, or keeps global state: two contexts in one process do not know each other.
 * A context is used by one thread at a time, except floe_context_cancel, which any thread may call. */
#ifndef FLOE_FLOE_H_
#define FLOE_FLOE_H_

#include "floe/arrow_abi.h"
#include "floe/plugin.h"

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define FLOE_API __declspec(dllexport)
#else
#define FLOE_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct floe_context floe_context; /* one project, its plugins and open tables */
typedef struct floe_result floe_result;   /* what one verb answered; owned by the caller */

/* Semantic version of the library. Static storage. */
FLOE_API const char* floe_version(void);

/* ---- results ---- */

/* FLOE_OK, or why there is no answer. */
FLOE_API floe_status floe_result_status(const floe_result* result);
/* One line for people; "" when FLOE_OK. Owned by the result. */
FLOE_API const char* floe_result_message(const floe_result* result);
/* The answer as JSON, "{}" when there is none; of a run that an error ended, what was done until then. Owned by the
 * result; a NUL follows. */
FLOE_API const char* floe_result_json(const floe_result* result, size_t* length);
/* Findings: {"version":1,"diagnostics":[...],"summary":{...}}. Owned by the result; a NUL follows. */
FLOE_API const char* floe_result_diagnostics(const floe_result* result, size_t* length);
/* Findings rendered as text. format: full|concise|json; color: 0 or 1. Owned by the result until the next call. */
FLOE_API const char* floe_result_render(floe_result* result, const char* format, int32_t color, size_t* length);
/* What the `floe` command exits with: 0, 1 (findings, failed node), 2 (usage, unreadable input), 130 (interrupted). */
FLOE_API int32_t floe_result_exit_code(const floe_result* result);
/* NULL is fine. */
FLOE_API void floe_result_free(floe_result* result);

/* ---- contexts ---- */

/* Called on any thread, one call at a time per context. `event` is a JSON object with key "event":
 * log {level, target, message}; compile_step {text}; plan {total, nodes}; started, progress, finished (node records,
 * floe.node_record/1); ingest {source, ...}. Borrowed for the call. */
typedef void(FLOE_CALL* floe_event_callback)(void* arg, const char* event, size_t length);

/* options: {"project_dir", "plugin_roots": [..], "env", "color"...}, see docs/reference/embedding.md. Nothing is opened
 * or loaded yet. The context is made also when the project is broken: the verb that needs it says so.
 * Errors: FLOE_INVALID_ARGUMENT; *context is NULL then. */
FLOE_API floe_status floe_context_create(const char* options, size_t length, floe_context** context,
                                         floe_result** result);
FLOE_API void floe_context_on_event(floe_context* context, floe_event_callback callback, void* arg);
/* Ends the running verb with FLOE_CANCELLED; what was committed stays. Any thread, but no signal handler. */
FLOE_API void floe_context_cancel(floe_context* context);
/* NULL is fine. */
FLOE_API void floe_context_destroy(floe_context* context);

/* ---- verbs ----
 * Each returns the status of the result and makes one whatever happens; free it. Only FLOE_EXHAUSTED may come with
 * NULL. */

/* Loads manifest and product, checks all policies, writes compiled_artifacts.json. Nothing runs. */
FLOE_API floe_status floe_compile(floe_context* context, const char* request, size_t length, floe_result** result);
/* The whole pipeline: compile, ingestion, seeds, models, tests. {select, exclude, full_refresh, vars, threads}. */
FLOE_API floe_status floe_run(floe_context* context, const char* request, size_t length, floe_result** result);
FLOE_API floe_status floe_ingest(floe_context* context, const char* request, size_t length, floe_result** result);
FLOE_API floe_status floe_test(floe_context* context, const char* request, size_t length, floe_result** result);
/* A dbt command with dbt's own meaning: {"command": "ls", "args": {...}}. */
FLOE_API floe_status floe_dbt(floe_context* context, const char* request, size_t length, floe_result** result);
/* Rows of a model, seed or table: {"name", "limit", "at"} -> {"columns", "rows"}. */
FLOE_API floe_status floe_show(floe_context* context, const char* request, size_t length, floe_result** result);
/* The same rows as a stream, empty (release NULL) on failure; release it before the context is destroyed. */
FLOE_API floe_status floe_show_stream(floe_context* context, const char* request, size_t length,
                                      struct ArrowArrayStream* rows, floe_result** result);
FLOE_API floe_status floe_table_list(floe_context* context, const char* request, size_t length, floe_result** result);
FLOE_API floe_status floe_table_describe(floe_context* context, const char* request, size_t length,
                                         floe_result** result);
FLOE_API floe_status floe_table_history(floe_context* context, const char* request, size_t length,
                                        floe_result** result);
FLOE_API floe_status floe_table_files(floe_context* context, const char* request, size_t length, floe_result** result);
FLOE_API floe_status floe_plugin_list(floe_context* context, const char* request, size_t length, floe_result** result);
FLOE_API floe_status floe_plugin_show(floe_context* context, const char* request, size_t length, floe_result** result);
FLOE_API floe_status floe_plugin_why(floe_context* context, const char* request, size_t length, floe_result** result);

#ifdef __cplusplus
}
#endif
#endif /* FLOE_FLOE_H_ */
