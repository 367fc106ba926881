/* floe/dbt.h: the C ABI of libfloe-dbt, a native engine for dbt projects. Its payloads are those of floe.dbt/1
 * (docs/reference/interfaces/dbt.md); what it executes goes through a floe_warehouse_v1 that the caller brings.
 * An engine keeps the projects it parsed, so that a parse serves the invoke after it. One call at a time per engine. */
#ifndef FLOE_DBT_H_
#define FLOE_DBT_H_

#include "floe/interfaces/warehouse.h"
#include "floe/plugin.h"

#if defined(_WIN32)
#define FLOE_DBT_API __declspec(dllexport)
#else
#define FLOE_DBT_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct floe_dbt_engine floe_dbt_engine;

/* config: JSON object, {} = defaults. `host` outlives the engine. */
FLOE_DBT_API floe_status floe_dbt_create(const floe_host* host, floe_call* call, const char* config, size_t length,
                                         floe_dbt_engine** engine);
/* NULL is fine. */
FLOE_DBT_API void floe_dbt_destroy(floe_dbt_engine* engine);
/* warehouse may be NULL for commands that execute nothing (parse, ls). Both outlive the call only. */
FLOE_DBT_API floe_status floe_dbt_invoke(floe_dbt_engine* engine, floe_call* call, const floe_warehouse_v1* warehouse,
                                         void* warehouse_self, const char* request, size_t length, floe_sink* result);
FLOE_DBT_API floe_status floe_dbt_parse(floe_dbt_engine* engine, floe_call* call, const char* request, size_t length,
                                        floe_sink* manifest);
FLOE_DBT_API floe_status floe_dbt_runtime(floe_dbt_engine* engine, floe_call* call, floe_sink* result);

#ifdef __cplusplus
}
#endif
#endif /* FLOE_DBT_H_ */
