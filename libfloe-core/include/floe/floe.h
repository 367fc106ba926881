/* floe/floe.h: the embedding API of libfloe-core. Everything the `floe` command does goes through it.
 *
 * Requests and answers are JSON (UTF-8); docs/reference/embedding.md gives every key with an example. Rows are Arrow C
 * streams. No function throws, prints, or keeps global state: two contexts in one process do not know each other.
 *
 * Threads: a context runs one verb at a time, on any thread; a second one answers FLOE_INVALID_STATE at once. Different
 * contexts run side by side. floe_context_cancel, floe_cancel_* and floe_version come from any thread at any time. A
 * result belongs to who holds it and is used by one thread at a time, a stream likewise. */
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
typedef struct floe_cancel floe_cancel;   /* a token: a request to stop, watched by any number of contexts */

/* Semantic version of the library. Static storage. */
FLOE_API const char* floe_version(void);
/* Name of a status, "not_found" for FLOE_NOT_FOUND; "internal" for one that is not known. Static storage. */
FLOE_API const char* floe_status_name(floe_status status);

/* ---- results ---- */

/* FLOE_OK, or why there is no answer. A run with failed nodes is an answer: see floe_result_exit_code. */
FLOE_API floe_status floe_result_status(const floe_result* result);
/* One line for people; "" when FLOE_OK. Owned by the result. */
FLOE_API const char* floe_result_message(const floe_result* result);
/* What else is known about the error, as a JSON object of texts or lists of texts ({"commit_state": "unknown"}); "{}"
 * when nothing is. Owned by the result; a NUL follows. */
FLOE_API const char* floe_result_details(const floe_result* result, size_t* length);
/* The answer as JSON, "{}" when there is none; of a run that an error ended, what was done until then. Owned by the
 * result; a NUL follows. */
FLOE_API const char* floe_result_json(const floe_result* result, size_t* length);
/* Findings: {"version":1,"diagnostics":[...],"summary":{...}}. Owned by the result; a NUL follows. */
FLOE_API const char* floe_result_diagnostics(const floe_result* result, size_t* length);
/* Findings rendered as text. format: full|concise|json|sarif|github|junit; color: 0 or 1. Of a run, junit has a test
 * case for each source, node and destination as well. Owned by the result until the next call. */
FLOE_API const char* floe_result_render(floe_result* result, const char* format, int32_t color, size_t* length);
#define FLOE_TEXT_COLOR 1       /* terminal colors */
#define FLOE_TEXT_WHOLE_CELLS 2 /* long cells of tables are not cut: no person reads it at a terminal */
/* The answer as the `floe` command prints it. part: "answer" (what was asked for), "summary" (what was done), or
 * "junit", a report for CI systems of verbs that have one; "" when there is none. style: FLOE_TEXT_* flags. Control
 * characters are made visible. Owned by the result until the next call. */
FLOE_API const char* floe_result_text(floe_result* result, const char* part, int32_t style, size_t* length);
/* What the `floe` command exits with: 0, 1 (findings, failed node), 2 (usage, unreadable input), 130 (interrupted). */
FLOE_API int32_t floe_result_exit_code(const floe_result* result);
/* NULL is fine. */
FLOE_API void floe_result_free(floe_result* result);

/* ---- contexts ---- */

/* Called on any thread, one call at a time per context. `event` is a JSON object with key "event":
 * log {level, target, message}; compile_step {text}; inputs {root, files} (a compile reads what is below root, and
 * files elsewhere); plan {total, nodes}; started, progress, finished (node records, floe.node_record/1). Borrowed for
 * the call. It must return soon; it may cancel the context, but call no verb of it (FLOE_INVALID_STATE). */
typedef void(FLOE_CALL* floe_event_callback)(void* arg, const char* event, size_t length);

/* options: {"project_dir", "plugin_roots": [..], "env", "platform_config", "plugin_trace"}, see
 * docs/reference/embedding.md. Nothing is opened or loaded yet. The context is made also when the project is broken:
 * the verb that needs it says so. Errors: FLOE_INVALID_ARGUMENT (no JSON object, a key that is none of these, a value
 * of another kind, no such folder, a variable of floe that has no meaning); *context is NULL then. */
FLOE_API floe_status floe_context_create(const char* options, size_t length, floe_context** context,
                                         floe_result** result);
/* Who hears logs, progress and node records from now on; NULL = nobody. `arg` is passed on untouched and must live
 * until another listener is set or the context is destroyed. Not while a verb runs. */
FLOE_API void floe_context_on_event(floe_context* context, floe_event_callback callback, void* arg);
/* Requests the token that the context watches: the running verb and all later ones end with FLOE_CANCELLED; what was
 * committed stays. Any thread, but no signal handler. */
FLOE_API void floe_context_cancel(floe_context* context);
/* Makes the later verbs of the context watch `cancel`; NULL = a fresh token of the context's own, with which a
 * cancelled context works again. The context keeps what it needs of the token. Errors: FLOE_INVALID_STATE while a verb
 * runs. */
FLOE_API floe_status floe_context_set_cancel(floe_context* context, const floe_cancel* cancel);
/* Ends the context; no verb may be running. Streams of it live on, without events. NULL is fine. */
FLOE_API void floe_context_destroy(floe_context* context);

/* ---- cancellation tokens: any thread, but no signal handler ---- */

/* Owned by the caller. NULL only when memory is exhausted. */
FLOE_API floe_cancel* floe_cancel_new(void);
/* Ends what watches the token with FLOE_CANCELLED, now and later: a token is used once. Idempotent. */
FLOE_API void floe_cancel_request(floe_cancel* cancel);
/* 1 when it has been requested, else 0. */
FLOE_API int32_t floe_cancel_is_requested(const floe_cancel* cancel);
/* Contexts that watch the token are not disturbed. NULL is fine. */
FLOE_API void floe_cancel_free(floe_cancel* cancel);

/* ---- verbs ----
 * Each call returns the status of the result and makes one whatever happens; free it. Only FLOE_EXHAUSTED may come with
 * NULL. `request` is a JSON object, borrowed for the call; length 0 means {}. Every verb may answer
 * FLOE_INVALID_ARGUMENT (no such verb; no JSON object; a key that it does not take, a value of another kind, an empty
 * text, a whole number beyond 64 bits), FLOE_INVALID_STATE
 * (another verb is running), FLOE_DATA (findings in the project), FLOE_CANCELLED, and what plugins answer. */

/* All verbs: {"version": 1, "groups": [{"name", "summary"}], "verbs": [{"name", "aliases", "summary", "details",
 * "request": JSON Schema, "answer": JSON Schema, "junit"}]}, as docs/reference/verbs.md prints them. `x-flags` of a key
 * is what the command line takes for it. Static storage; a NUL follows. "" only when memory is exhausted. */
FLOE_API const char* floe_verbs(size_t* length);
/* Runs the verb of that name, as people type it after `floe`: "run", "platform diff", "dbt ls". */
FLOE_API floe_status floe_context_call(floe_context* context, const char* verb, const char* request, size_t length,
                                       floe_result** result);
/* The rows of verb `show` as a stream, empty (release NULL) on failure. `rows` is the caller's memory and its content
 * after FLOE_OK the caller's to release; the context may be destroyed and may run other verbs before that. */
FLOE_API floe_status floe_show_stream(floe_context* context, const char* request, size_t length,
                                      struct ArrowArrayStream* rows, floe_result** result);
/* Verb `plugin call` with streams. rows_in: the rows of a method that takes some, moved in also on failure; else NULL.
 * rows_out: memory for rows that it returns, the caller's to release, empty (release NULL) when there are none; with
 * NULL they are a list in the answer. */
FLOE_API floe_status floe_plugin_call(floe_context* context, const char* request, size_t length,
                                      struct ArrowArrayStream* rows_in, struct ArrowArrayStream* rows_out,
                                      floe_result** result);

/* ---- what plugins do in this process ----
 * For programs that say why they end: the `floe` command's handlers of SIGSEGV and its like are made of these.
 * Libraries of floe install no handler. Texts are UTF-8, end with a NUL and are cut to `capacity` bytes; each function
 * returns the length of the whole text, 0 when there is nothing to tell. Any thread; async-signal-safe. */

/* The method that runs on this thread: "`lineage.emit` of plugin `org.example.mine` (/path/of/its/library.so)". */
FLOE_API size_t floe_running_call(char* text, size_t capacity);
/* The methods that run on all threads, one line each. */
FLOE_API size_t floe_running_calls(char* text, size_t capacity);
/* The plugin whose library holds `address`: "plugin `org.example.mine` (/path/of/its/library.so)". */
FLOE_API size_t floe_plugin_at(const void* address, char* text, size_t capacity);
/* The plugins whose libraries are in the process: "plugin `org.example.mine` (/path/of/its/library.so)", one line each.
 */
FLOE_API size_t floe_loaded_plugins(char* text, size_t capacity);
/* Gives every thread that calls a plugin from now on an alternate signal stack, unless it has one: handlers with
 * SA_ONSTACK then run after a stack overflow too. Not to be called in a handler. */
FLOE_API void floe_use_signal_stacks(void);

/* Calls `shutdown` of every plugin that this process opened, once each; for a program that is about to end. All
 * contexts and streams have been destroyed: a plugin that still has an instance is passed over, and none is opened
 * after this call. A plugin that does not return within FLOE_PLUGIN_TIMEOUT is left behind. Blocks; any thread. */
FLOE_API void floe_shutdown_plugins(void);

#ifdef __cplusplus
}
#endif
#endif /* FLOE_FLOE_H_ */
