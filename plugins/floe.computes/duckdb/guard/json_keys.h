/* Part of libfloe-duckdb-guard.so: keys of JSON objects that DuckDB would lose the value of. Its file readers take such
   a line for malformed; its functions and casts read it as ever. */
#ifndef FLOE_DUCKDB_JSON_KEYS_H
#define FLOE_DUCKDB_JSON_KEYS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is wrong with the keys of a JSON text, as a sentence with the path of the key: `the key `a.b` occurs twice in
   its object`. Writes at most `capacity` bytes, and no NUL, to `message`; returns how many, 0 when nothing is wrong or
   the text is no JSON. A longer sentence is cut between two characters. Any thread. */
size_t floe_duckdb_json_key_fault(const char* text, size_t length, char* message, size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
