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

/* options: {"project_dir", "plugin_roots": [..], "env", "plugin_trace"}, see docs/reference/embedding.md. Nothing is
 * opened or loaded yet. The context is made also when the project is broken: the verb that needs it says so. Errors:
 * FLOE_INVALID_ARGUMENT; *context is NULL then. */
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
 * Each returns the status of the result and makes one whatever happens; free it. Only FLOE_EXHAUSTED may come with
 * NULL. `request` is a JSON object, borrowed for the call; length 0 means {}. Every one may answer
 * FLOE_INVALID_ARGUMENT (the request), FLOE_INVALID_STATE (another verb is running), FLOE_DATA (findings in the
 * project), FLOE_CANCELLED, and what plugins answer. */

/* Loads manifest and product, checks all policies, writes compiled_artifacts.json. Nothing runs. {"vars", "target",
 * "locked", "output_format": json|yaml|configmap, "dry_run"}; "dry_run" writes nothing, and "artifact" is null then. */
FLOE_API floe_status floe_compile(floe_context* context, const char* request, size_t length, floe_result** result);
/* The whole pipeline: compile, ingestion, seeds, models, tests. {select, exclude, full_refresh, vars, threads}. */
FLOE_API floe_status floe_run(floe_context* context, const char* request, size_t length, floe_result** result);
/* Compile, then ingestion only. {select}. */
FLOE_API floe_status floe_ingest(floe_context* context, const char* request, size_t length, floe_result** result);
/* Compile, then tests only; keys as floe_run. A failed test is exit code 1, not an error. */
FLOE_API floe_status floe_test(floe_context* context, const char* request, size_t length, floe_result** result);
/* A dbt command with dbt's own meaning: {"command": "ls", "args": {...}}. */
FLOE_API floe_status floe_dbt(floe_context* context, const char* request, size_t length, floe_result** result);
/* Rows of a model, seed or table: {"name", "limit", "at"} -> {"columns", "rows"}. FLOE_NOT_FOUND when missing. */
FLOE_API floe_status floe_show(floe_context* context, const char* request, size_t length, floe_result** result);
/* The same rows as a stream, empty (release NULL) on failure. `rows` is the caller's memory and its content after
 * FLOE_OK the caller's to release; the context may be destroyed and may run other verbs before that. */
FLOE_API floe_status floe_show_stream(floe_context* context, const char* request, size_t length,
                                      struct ArrowArrayStream* rows, floe_result** result);
/* {"namespace"} -> {"tables", "views"}. No compute is opened, as with all verbs of tables. A table whose metadata file
 * is damaged has "readable": false; it is a finding, exit code 1. */
FLOE_API floe_status floe_table_list(floe_context* context, const char* request, size_t length, floe_result** result);
/* {"name", "at"} -> columns, partition spec, sort order, properties. FLOE_NOT_FOUND when missing. */
FLOE_API floe_status floe_table_describe(floe_context* context, const char* request, size_t length,
                                         floe_result** result);
/* {"name"} -> {"snapshots"}, the newest first. FLOE_NOT_FOUND when missing. */
FLOE_API floe_status floe_table_history(floe_context* context, const char* request, size_t length,
                                        floe_result** result);
/* {"name", "at"} -> {"files"}. FLOE_NOT_FOUND when missing. */
FLOE_API floe_status floe_table_files(floe_context* context, const char* request, size_t length, floe_result** result);
/* {"names": ["ns.table"], "current": false} (no names: all tables and views) -> {"tables": [{"identifier", "kind",
 * "files", "without_digest", "bytes", "kinds", "damaged": [{"uri", "kind", "reason", "is_current"}],
 * "files_without_digest": [{"uri", "kind"}]}], "damaged"}: reads every file that they refer to, with "current" what the
 * current snapshot needs, and compares it with the digest in its name; other writers give none, of their files size and
 * structure are checked. A damaged file is a finding and exit code 1, not an error. FLOE_NOT_FOUND: no such table. */
FLOE_API floe_status floe_table_verify(floe_context* context, const char* request, size_t length, floe_result** result);
/* Makes the catalog name metadata files that storage holds. One: {"name", "metadata": URI or path, "replace": false}
 * -> {"success", "registered": [{identifier, kind: table|view, metadata_location}]}; with "replace" another version of
 * a table that the catalog has. FLOE_ALREADY_EXISTS when the name or the table is in the catalog, FLOE_DATA when the
 * file, or one that its current snapshot names, cannot be read.
 * All that the warehouse holds: {"scan": true, "dry_run": false, "only": [patterns of names], "choose": [metadata
 * files]}
 * -> {"success", "dry_run", "registered": [.., "rows", "updated_at", "is_update": true when the catalog had an older
 * version], "skipped": [{identifier|null, kind, state, reason, metadata_location}], "undecided": [{identifier|null,
 * kind, reason, "versions"}]}. Nothing is registered, and the exit code is 1, while something is undecided
 * (FLOE-E0502). */
FLOE_API floe_status floe_table_register(floe_context* context, const char* request, size_t length,
                                         floe_result** result);
/* {"ref", "out", "layout"} -> {"path", "files", "tag", "digest"}: the platform with all that is above it merged in, as
 * the tree of JSON files in "out" (.floe/platform) and, when "layout" names a folder, as an image of that OCI layout,
 * tagged v<version>. FLOE_ALREADY_EXISTS when the layout holds another platform under that tag. */
FLOE_API floe_status floe_platform_compile(floe_context* context, const char* request, size_t length,
                                           floe_result** result);
/* {"ref", "explain"} -> {"chain": [{"ref", "digest", "scope", "name", "version"}], "settings": [{"address", "value",
 * "file", "line"}]}: what holds below a manifest and where it was written. "ref": absent, the platform of the product,
 * else manifest.yaml. "explain": only what lies at or below this address; FLOE_NOT_FOUND when nothing does. */
FLOE_API floe_status floe_platform_show(floe_context* context, const char* request, size_t length,
                                        floe_result** result);
/* {"before", "after", "product"} -> {"success", "before", "after", "changes": [{"effect": tightened|loosened|other,
 * "address", "before", "after"}], "product": {"name", "new_findings", "gone_findings"} or null}: what an upgrade of the
 * platform changes, and what it breaks for the product in the folder "product" (default: the one here); exit code 1
 * when it breaks something. With "scope" as floe_platform_show. */
FLOE_API floe_status floe_platform_diff(floe_context* context, const char* request, size_t length,
                                        floe_result** result);
/* {"directory", "ref"} -> {"success", "tests": [{"name", "passed", "expected", "verdict", "message"}], "summary"}:
 * compiles each product in a folder of "directory" and compares the verdict with its expected.yaml; without one it is
 * to compile. "ref": the platform instead of that of each product. Exit code 1 when one differs; FLOE_NOT_FOUND without
 * products. */
FLOE_API floe_status floe_platform_test(floe_context* context, const char* request, size_t length,
                                        floe_result** result);
/* Compiles, then writes the product as one HTML page that reads nothing but itself: {"out": folder (.floe/docs),
 * "vars"} ->
 * {"path", "bytes", "nodes", "runs"}. Results are those of the records under .floe/runs; nothing is run. FLOE_IO or
 * FLOE_PERMISSION when the folder cannot be written. */
FLOE_API floe_status floe_docs_build(floe_context* context, const char* request, size_t length, floe_result** result);
/* Compiles, then answers which tables and columns come from which: {"selector": a node by name, id or table, with dbt's
 * `+` ("+orders", "orders+2"; absent: all), or "column": "orders.amount", "upstream", "downstream" (neither: both),
 * "depth": steps (absent or 0: all), "format": text|dot, "vars", "target"} -> {"schema": "floe.lineage/1", "product",
 * "focus": {"node", "column"|null}|null, "nodes": [{"unique_id", "type", "name", "table"|null, "traced"}],
 * "edges": [{"from", "to"}], "columns": [{"node", "column", "type"|null, "exact"}], "column_edges": [{"from", "to":
 * {"node", "column"|null: its rows}, "type", "subtype"}] as OpenLineage names them, "dot": Graphviz, when asked for}.
 * FLOE_NOT_FOUND (FLOE-E0395, FLOE-E0396) when there is no such node or column. */
FLOE_API floe_status floe_lineage(floe_context* context, const char* request, size_t length, floe_result** result);
/* {"kind": manifest|platform|product|contract|artifacts} -> the JSON Schema (2020-12) of that document. FLOE_NOT_FOUND
 * for another kind. */
FLOE_API floe_status floe_schema(floe_context* context, const char* request, size_t length, floe_result** result);
/* {"code"} -> {"code", "name", "severity", "summary", "since", "page"}: what a diagnostic means, as Markdown. "code":
 * with or without `FLOE-`, or the name; absent, {"codes": [{"code", "name", "severity", "summary"}]}. FLOE_NOT_FOUND
 * when there is none. */
FLOE_API floe_status floe_explain(floe_context* context, const char* request, size_t length, floe_result** result);
/* {} -> {"success", "checks": [{"name", "ok", "detail", "help"}]}: what is found on this machine and in the project,
 * and whether it works: plugins, libraries, documents, write access, health of the backends. Exit code 1 when something
 * does not. */
FLOE_API floe_status floe_doctor(floe_context* context, const char* request, size_t length, floe_result** result);
/* {"directory", "name", "description", "owner", "platform"} -> {"success", "path", "product", "platform", "files"}:
 * floe.yaml with what else a product needs, in a new folder or beside a dbt project, and whether it compiles. Nothing
 * is overwritten: FLOE_ALREADY_EXISTS. "platform": a reference; absent, manifest.yaml, which is written when missing.
 */
FLOE_API floe_status floe_init(floe_context* context, const char* request, size_t length, floe_result** result);
/* {"format": json|sarif|html|junit, "out", "vars", "target"} -> {"success", "format", "path", "report"}: what the
 * platform demands of the product and what came of it: verdicts of every policy and model, findings, overrides, where
 * each setting comes from. "out": a file for it, else path is null. Exit code 1 when the product would not compile. */
FLOE_API floe_status floe_governance_report(floe_context* context, const char* request, size_t length,
                                            floe_result** result);
/* {"interface", "group"} -> {"roots", "plugins"}. No library is opened, as with show and why. */
FLOE_API floe_status floe_plugin_list(floe_context* context, const char* request, size_t length, floe_result** result);
/* {"name"} -> all of its plugin.json. FLOE_NOT_FOUND when missing. */
FLOE_API floe_status floe_plugin_show(floe_context* context, const char* request, size_t length, floe_result** result);
/* {"name"} -> every directory looked at, and what was decided. */
FLOE_API floe_status floe_plugin_why(floe_context* context, const char* request, size_t length, floe_result** result);
/* {"file"}: the calls in a trace that a context with "plugin_trace" wrote, by method. */
FLOE_API floe_status floe_plugin_trace(floe_context* context, const char* request, size_t length, floe_result** result);
/* Any method of an installed plugin: {"plugin", "config", "method", "arguments": {name: value}, "mask_secrets": false}
 * -> {name: value} of what it returns, named as in docs/reference/interfaces. JSON values are JSON, texts and numbers
 * likewise, bytes base64; "mask_secrets" makes secret ones "***". health, describe and validate_config ({"problems"})
 * are methods too. The context keeps the instance of a plugin with its config, so that handles stay good from call to
 * call, until method "destroy" or its own end. rows_in: the rows of a method that takes some, moved in also on failure;
 * else NULL. rows_out: memory for rows that it returns, the caller's to release, empty (release NULL) when there are
 * none; with NULL they are a list in the answer. FLOE_NOT_FOUND when there is no such plugin, FLOE_INVALID_CONFIG when
 * it refuses `config`, FLOE_UNSUPPORTED when it lacks the method, else what the method answers. */
FLOE_API floe_status floe_plugin_call(floe_context* context, const char* request, size_t length,
                                      struct ArrowArrayStream* rows_in, struct ArrowArrayStream* rows_out,
                                      floe_result** result);
/* A folder with a new plugin, ready to build: {"name", "lang": c|cpp|rust|python, "interface": "floe.secrets/1"} ->
 * {"path", "files"}. Refuses a folder that is there already. */
FLOE_API floe_status floe_plugin_new(floe_context* context, const char* request, size_t length, floe_result** result);
/* The conformance checks on one plugin, each in a process forked from this one: {"path", "level": 0..2, "only": [ids],
 * "config": {}} -> floe.check/1. */
FLOE_API floe_status floe_plugin_check(floe_context* context, const char* request, size_t length, floe_result** result);
/* Data contracts against the Open Data Contract Standard 3.0 to 3.2: {"files": [paths]} (default datacontract.yaml) ->
 * {"success", "contracts": [{file, valid, errors, id, version}]}; exit code 1 when one is not valid. FLOE_NOT_FOUND
 * when a file is missing. */
FLOE_API floe_status floe_contract_validate(floe_context* context, const char* request, size_t length,
                                            floe_result** result);
/* What differs between two versions of a data contract: {"old": path, "new": path} -> {"success", "id", "old_version",
 * "new_version", "step": major|minor|patch|null, "changes": [{kind: breaking|additive|patch, address, message}]}; exit
 * code 1 when a contract is not valid or the new version is too low for the changes. FLOE_NOT_FOUND when a file is
 * missing. */
FLOE_API floe_status floe_contract_diff(floe_context* context, const char* request, size_t length,
                                        floe_result** result);
/* The contracts of the product's output ports: {"port" (absent: all), "out" folder} -> {"success", "contracts": [{port,
 * id, version, path|null, document: YAML}]}. Compiles first. FLOE_NOT_FOUND when there is no such port. */
FLOE_API floe_status floe_contract_generate(floe_context* context, const char* request, size_t length,
                                            floe_result** result);
/* The same contracts against the tables: {"port"} -> {"success", "contracts": [{port, id, version, table, exists,
 * "differences": [{kind: missing|extra|type|nullability, breaking, column, contract, table, message}]}]}; exit code 1
 * when a difference breaks readers of the contract or the table is not there. */
FLOE_API floe_status floe_contract_drift(floe_context* context, const char* request, size_t length,
                                         floe_result** result);
/* The service levels of the same contracts: {"port"} -> {"success", "contracts": [{port, id, version, table,
 * "service_levels": [{property, promised, found|null, status: kept|broken|unknown, reason}]}]}; exit code 1 when one is
 * broken. Remembers in .floe/contracts/checks.jsonl whether the table could be read. */
FLOE_API floe_status floe_contract_check(floe_context* context, const char* request, size_t length,
                                         floe_result** result);
/* The products whose floe.yaml lies below a folder: {"root" (default: where the context stands)} -> {"success",
 * "products": [{name, domain|null, version, owner|null, description|null, platform|null, file, "output_ports": [{port,
 * model, version|null, classification|null}], input_ports: number}]}. Reads documents only; exit code 1 when one has
 * findings. FLOE_NOT_FOUND when there is none. */
FLOE_API floe_status floe_product_list(floe_context* context, const char* request, size_t length, floe_result** result);
/* One of them: {"name": "sales.orders", or "orders" when there is one, "root"} -> the same members, with "input_ports"
 * and "consumers" as lists of edges (floe_product_graph). */
FLOE_API floe_status floe_product_show(floe_context* context, const char* request, size_t length, floe_result** result);
/* Who reads whose ports: {"root", "format": text|dot} -> {"success", "products", "edges": [{consumer, producer, port,
 * needs|null, version|null, status: ok|unknown-product|unknown-port|version}], "dot": Graphviz, when asked for}; exit
 * code 1 when an edge is not ok. */
FLOE_API floe_status floe_product_graph(floe_context* context, const char* request, size_t length,
                                        floe_result** result);
/* Claims the name and the tables of the product here in the registry of its platform: {"registry": file (default
 * products.json beside the outermost manifest)} -> {"success", "registry", product, owner, version, tables, ports}.
 * Compiles first. Exit code 1 when something of it belongs to somebody else, or the version goes back or does not say
 * what changed. */
FLOE_API floe_status floe_product_register(floe_context* context, const char* request, size_t length,
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
