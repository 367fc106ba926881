/* floe/iceberg.h: Iceberg tables as a library. Valid C99 to C17 and C++11 to C++20.
 *
 * Two ways to use libfloe-iceberg:
 * - A program that has a floe host (libfloe-core) takes floe_iceberg_table_format_v1() and calls its methods with that
 *   host; catalog and storage are that host's.
 * - A program that links only libfloe-iceberg makes a small host here, passes its own catalog and storage tables
 *   (floe/interfaces/catalog.h, storage.h), or uses the built-in ones for local directories.
 *
 * Every function may be called from any thread, never throws, and takes no ownership of its arguments. The table format
 * interface is a draft (docs/reference/abi-policy.md): its table may grow and its payloads may change between minors.
 */
#ifndef FLOE_ICEBERG_H_
#define FLOE_ICEBERG_H_

#include "floe/interfaces/catalog.h"
#include "floe/interfaces/storage.h"
#include "floe/interfaces/table_format.h"
#include "floe/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0"; static storage. */
FLOE_EXPORT const char* floe_iceberg_version(void);

/* The methods on tables; static storage. Start with its `open`. */
FLOE_EXPORT const floe_table_format_v1* floe_iceberg_table_format_v1(void);

/* ---- a small host, for programs without one ---- */
typedef struct floe_iceberg_host floe_iceberg_host;

/* Receives log records; may be NULL. Called from any thread. `level` is FLOE_LOG_*. */
typedef void(FLOE_CALL* floe_iceberg_log_fn)(void* arg, int32_t level, const char* message, size_t length);

/* NULL when out of memory. End it with floe_iceberg_host_free, after everything made with it. */
FLOE_EXPORT floe_iceberg_host* floe_iceberg_host_new(floe_iceberg_log_fn log, void* log_arg);
FLOE_EXPORT void floe_iceberg_host_free(floe_iceberg_host* host);
/* What methods take as `host`; lives as long as the host. Results: host->make_sink, sink_bytes, drop_sink. */
FLOE_EXPORT const floe_host* floe_iceberg_host_table(floe_iceberg_host* host);

/* One call at a time per floe_call; deadline_unix_ns INT64_MAX = none. NULL when out of memory. */
FLOE_EXPORT floe_call* floe_iceberg_call_new(floe_iceberg_host* host, int64_t deadline_unix_ns);
/* From any thread; the method under way returns FLOE_CANCELLED soon. */
FLOE_EXPORT void floe_iceberg_call_cancel(floe_call* call);
FLOE_EXPORT void floe_iceberg_call_free(floe_call* call);

/* ---- built-in storage and catalog; static storage ---- */
/* file:// URIs and absolute paths of this machine. create takes {} as its configuration. */
FLOE_EXPORT const floe_storage_v1* floe_iceberg_local_storage_v1(void);
/* A catalog of pointer files below a directory: {"root": "/absolute/path"}. Safe for several processes on a local file
 * system (locked, renamed into place); tables only, no views. */
FLOE_EXPORT const floe_catalog_v1* floe_iceberg_directory_catalog_v1(void);

#ifdef __cplusplus
}
#endif
#endif /* FLOE_ICEBERG_H_ */
