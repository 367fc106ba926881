// The documents of the yyjson in libduckdb.so, as its yyjson.hpp declares them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// NOLINTBEGIN(readability-identifier-naming): yyjson names them.
namespace duckdb_yyjson {

struct yyjson_val {
  std::uint64_t tag;  // type in the low bits; above the low 8: bytes of a text, members of an object

  union {
    std::uint64_t extent;  // of a container: bytes up to what follows it
    const char* text;      // of a string, without escapes
  };
};

struct yyjson_alc {
  void* (*malloc)(void*, std::size_t);
  void* (*realloc)(void*, void*, std::size_t, std::size_t);
  void (*free)(void*, void*);
  void* ctx;
};

struct yyjson_read_err {
  std::uint32_t code;
  const char* msg;
  std::size_t pos;
};

struct yyjson_doc {
  yyjson_val* root;
  yyjson_alc alc;
  std::size_t dat_read;
  std::size_t val_read;
  char* str_pool;
};

}  // namespace duckdb_yyjson

// NOLINTEND(readability-identifier-naming)

namespace floe::duckdb_guard {

using duckdb_yyjson::yyjson_doc;
using duckdb_yyjson::yyjson_val;

inline constexpr std::uint32_t kReadInPlace = 1;  // of yyjson's flags: in all of DuckDB, only its file readers do
inline constexpr std::uint32_t kReadAsDuckdb = 4U | 16U | 128U;  // trailing commas, NaN, large numbers as their digits

inline bool is_container(const yyjson_val& value) { return (value.tag & 6U) == 6U; }

inline bool is_object(const yyjson_val& value) { return (value.tag & 7U) == 7U; }

// The values of a document lie one after the other, a container before what it contains.
inline const yyjson_val* end_of(const yyjson_val* value) {
  return is_container(*value) ? value + value->extent / sizeof(yyjson_val) : value + 1;
}

// Elements, or pairs of keys and values.
inline std::size_t size_of(const yyjson_val& container) { return container.tag >> 8U; }

inline std::string_view text_of(const yyjson_val& text) { return {text.text, text.tag >> 8U}; }

// What yyjson_read_opts of libduckdb.so answers; free with release().
yyjson_doc* read_document(char* text, std::size_t length, std::uint32_t flags,
                          const duckdb_yyjson::yyjson_alc* allocator, duckdb_yyjson::yyjson_read_err* error);

void release(yyjson_doc* document);

}  // namespace floe::duckdb_guard
