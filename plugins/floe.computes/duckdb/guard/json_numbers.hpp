// Numbers of JSON that a DOUBLE does not have: yyjson rounds 12345678901234567.891 before DuckDB knows what type the
// number is wanted as. They stay texts, as whole numbers beyond 64 bits do in DuckDB.
#pragma once

#include "yyjson_document.hpp"

#include <cstdint>

namespace floe::duckdb_guard {

// Flags that leave all numbers texts, for keep_numbers; the same flags when the reader takes no numbers as texts.
std::uint32_t with_texts_of_numbers(std::uint32_t flags);

// Numbers of a document that was read with these flags, as yyjson has them, where they are the numbers of their texts.
void keep_numbers(yyjson_doc* document);

}  // namespace floe::duckdb_guard
