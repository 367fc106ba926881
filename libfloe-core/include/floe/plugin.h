/* floe/plugin.h: the plugin ABI, major 1. Valid C99 to C17 and C++11 to C++20. All text is UTF-8.
 *
 * Across the boundary go fixed-width integers, double, pointers and (pointer, length) pairs; never bool, enum, long,
 * bit-fields, structs by value, varargs, FILE*, errno or C++ types. Nothing allocated on one side is freed on the
 * other, except Arrow structs (through their release) and instances (through destroy).
 *
 * Text going in is (pointer, length) and has a NUL behind it; results go into a host-owned floe_sink. */
#ifndef FLOE_PLUGIN_H_
#define FLOE_PLUGIN_H_

#include "floe/arrow_abi.h"

#include <stddef.h>
#include <stdint.h>

#define FLOE_ABI_MAJOR 1u /* raised => a new entry symbol */
#define FLOE_ABI_MINOR 0u /* raised when any table grows (append-only); for messages, never for size arithmetic */
#define FLOE_ABI_VERSION ((FLOE_ABI_MAJOR << 16) | FLOE_ABI_MINOR)

#if defined(_WIN32)
#define FLOE_CALL __cdecl
#define FLOE_EXPORT __declspec(dllexport)
#else
#define FLOE_CALL
#define FLOE_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- status: what the caller does next. An unknown non-zero value is treated as FLOE_INTERNAL. ---- */
typedef int32_t floe_status;
#define FLOE_OK 0
#define FLOE_INVALID_ARGUMENT 1
#define FLOE_INVALID_CONFIG 2
#define FLOE_INVALID_STATE 3
#define FLOE_NOT_FOUND 4
#define FLOE_ALREADY_EXISTS 5
#define FLOE_CONFLICT 6 /* optimistic concurrency: re-read, then retry the whole operation */
#define FLOE_UNAUTHENTICATED 7
#define FLOE_PERMISSION 8
#define FLOE_UNSUPPORTED 9  /* method or feature absent: take another path */
#define FLOE_UNAVAILABLE 10 /* transient: retry with backoff */
#define FLOE_IO 11
#define FLOE_DATA 12 /* the data is bad, not the program */
#define FLOE_EXHAUSTED 13
#define FLOE_TIMEOUT 14
#define FLOE_CANCELLED 15
#define FLOE_INTERNAL 16
#define FLOE_PANIC 17 /* an exception was caught at the boundary: the host poisons the instance */

/* ---- opaque, host-owned objects ---- */
typedef struct floe_host_ctx floe_host_ctx; /* one per loaded plugin */
/* One per call and thread: error slot, cancel flag, deadline, trace. Valid until the method returns or, when it
 * returned an Arrow stream, until that stream is released. */
typedef struct floe_call floe_call;
typedef struct floe_sink floe_sink; /* append-only receiver of result bytes */

/* The only way to touch a table member that may be newer than the other side. */
#define FLOE_HAS(T, tbl, member) \
  ((tbl)->struct_size >= offsetof(T, member) + sizeof((tbl)->member) && (tbl)->member != 0)

#define FLOE_LOG_TRACE 0
#define FLOE_LOG_DEBUG 1
#define FLOE_LOG_INFO 2
#define FLOE_LOG_WARN 3
#define FLOE_LOG_ERROR 4

/* ---- what the host gives. Every function: any thread, never blocks on plugin locks, never throws. ---- */
typedef struct floe_host {
  uint32_t struct_size; /* bytes valid in this table */
  uint32_t abi_version; /* FLOE_ABI_VERSION of the host */
  floe_host_ctx* ctx;
  /* Error slot: everything is copied; the last set_error wins; details add up. Key "floe.diagnostics" holds a JSON
   * document of diagnostics (docs/reference/diagnostics.schema.json). */
  void(FLOE_CALL* set_error)(floe_call* call, floe_status status, const char* message, size_t length);
  void(FLOE_CALL* add_error_detail)(floe_call* call, const char* key, const char* value, size_t length);
  /* Appends to a result. Not FLOE_OK means limit hit or cancelled: stop and return it. */
  floe_status(FLOE_CALL* write)(floe_sink* sink, const void* data, size_t length);
  int32_t(FLOE_CALL* is_cancelled)(floe_call* call);
  /* `wake(arg)` runs once, on the canceller's thread, when the call is cancelled (at once when it already is); never
   * after the method returned. It only signals. wake NULL forgets the registrations of `arg` and waits for one that is
   * running. */
  floe_status(FLOE_CALL* on_cancel)(floe_call* call, void(FLOE_CALL* wake)(void* arg), void* arg);
  int64_t(FLOE_CALL* deadline_unix_ns)(floe_call* call); /* INT64_MAX = none */
  /* Returns non-zero when the call is cancelled. */
  int32_t(FLOE_CALL* progress)(floe_call* call, double done, double total, const char* message, size_t length);
  void(FLOE_CALL* log)(floe_host_ctx* ctx, floe_call* call, int32_t level, const char* target, const char* message,
                       size_t length); /* call may be NULL; target is a dotted component name */
  uint64_t(FLOE_CALL* begin_span)(floe_call* call, const char* name);
  void(FLOE_CALL* span_attr)(uint64_t span, const char* key, const char* value, size_t length);
  void(FLOE_CALL* end_span)(uint64_t span, floe_status outcome);
  floe_status(FLOE_CALL* traceparent)(floe_call* call, char out[56]); /* W3C, 55 characters and NUL */
  /* A service by id ("floe.host.warehouse/1"), or NULL when the host lacks it, the manifest did not ask for it, or
   * policy denies it. The pointer is a floe_service and lives as long as the host. */
  const void*(FLOE_CALL* get_service)(floe_host_ctx* ctx, const char* service_id);
  /* A call for another thread: own error slot, cancelled with its parent, same deadline and trace. release_call
   * frees it; a forked call never outlives its parent. */
  floe_call*(FLOE_CALL* fork_call)(floe_call* parent);
  void(FLOE_CALL* release_call)(floe_call* forked);
  /* The status in a call's error slot; its message and its details as JSON {message, details{}} go to `out` unless
   * NULL. */
  floe_status(FLOE_CALL* call_error)(floe_call* call, floe_sink* out);
  void(FLOE_CALL* clear_error)(floe_call* call);
  /* Receivers for calls that the plugin itself makes on a host table. The bytes live until the next write or drop. */
  floe_sink*(FLOE_CALL* make_sink)(floe_host_ctx* ctx);
  void(FLOE_CALL* sink_bytes)(floe_sink* sink, const void** data, size_t* length);
  void(FLOE_CALL* drop_sink)(floe_sink* sink);
} floe_host;

/* What get_service returns: a table and the object its methods take first. */
typedef struct floe_service {
  uint32_t struct_size;
  uint32_t reserved;
  const void* table;
  void* self;
} floe_service;

/* ---- interface tables ---- */
#define FLOE_THREADS_SERIAL 0u     /* the host locks per instance */
#define FLOE_THREADS_CONCURRENT 1u /* the plugin locks for itself */
#define FLOE_THREADS_AFFINE 2u     /* every call on the thread that ran create */

/* In front of every plugin interface table; frozen for the whole major. */
#define FLOE_INTERFACE_HEADER                                                                                      \
  uint32_t struct_size;  /* sizeof(this table) in the plugin's headers */                                          \
  uint32_t threading;    /* FLOE_THREADS_* */                                                                      \
  uint64_t capabilities; /* bits defined per interface */                                                          \
  /* Problems of a config as a JSON array of {path, message}; FLOE_OK also when there are some. */                 \
  floe_status(FLOE_CALL* validate_config)(const floe_host* host, floe_call* call, const char* config,              \
                                          size_t config_length, floe_sink* problems);                              \
  /* `host` outlives the instance. */                                                                              \
  floe_status(FLOE_CALL* create)(const floe_host* host, floe_call* call, const char* config, size_t config_length, \
                                 void** self);                                                                     \
  void(FLOE_CALL * destroy)(void* self); /* must not fail; joins its threads; NULL is fine */                      \
  floe_status(FLOE_CALL* health)(void* self, floe_call* call, floe_sink* out); /* {state, message, details} */     \
  floe_status(FLOE_CALL* describe)(void* self, floe_call* call,                                                    \
                                   floe_sink* out); /* {name, version, capabilities, ...} */

/* In front of every host table (floe_table_format_v1, floe_warehouse_v1). */
#define FLOE_HOST_TABLE_HEADER \
  uint32_t struct_size;        \
  uint32_t threading;          \
  uint64_t capabilities;

/* ---- what a plugin exports ---- */
typedef struct floe_interface {
  const char* id;   /* "floe.compute/1" */
  const char* name; /* the name users write: equals plugin.json */
  const void* table;
} floe_interface;

typedef struct floe_plugin { /* static storage; never freed, never changed */
  uint32_t struct_size;
  uint32_t abi_version;    /* FLOE_ABI_VERSION the plugin was compiled with */
  uint32_t min_host_minor; /* lowest host minor it can run on */
  uint32_t interface_count;
  const floe_interface* interfaces;
  const char* id; /* these three must equal plugin.json */
  const char* version;
  const char* vendor;
  void(FLOE_CALL* shutdown)(void); /* may be NULL; after the last destroy, before process exit */
} floe_plugin;

/* The one exported symbol. Pure and idempotent: no threads, no I/O, no locks, under 10 ms. Leaves *out untouched on
 * failure. */
typedef floe_status(FLOE_CALL* floe_plugin_entry_v1_fn)(const floe_host* host, floe_call* call,
                                                        const floe_plugin** out);
FLOE_EXPORT floe_status FLOE_CALL floe_plugin_entry_v1(const floe_host* host, floe_call* call, const floe_plugin** out);

#ifdef __cplusplus
}
#endif
#endif /* FLOE_PLUGIN_H_ */
