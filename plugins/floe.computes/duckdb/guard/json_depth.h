/* Part of libfloe-duckdb-guard.so: how deep JSON may nest before DuckDB gets to see it. */
#ifndef FLOE_DUCKDB_JSON_DEPTH_H
#define FLOE_DUCKDB_JSON_DEPTH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The highest limit: that of floe's own JSON reader. DuckDB takes seconds for a file with JSON of 400 levels, minutes
   for 1,000, and its stack ends at some 20,000. */
#define FLOE_DUCKDB_MAX_JSON_DEPTH 256

/* Lowers the limit of this process to `levels`, from 1 to FLOE_DUCKDB_MAX_JSON_DEPTH; a higher one than what holds
   changes nothing. Any thread. Deeper JSON is malformed to DuckDB from then on, in functions, casts and files. */
void floe_duckdb_lower_json_depth(uint32_t levels);

/* The limit that holds. Any thread. */
uint32_t floe_duckdb_json_depth(void);

#ifdef __cplusplus
}
#endif

#endif
