// DuckDB walks JSON by recursion without a limit: deep JSON ends its stack, and with it the process. Each of its JSON
// functions, casts and file readers parses with one function, whose calls go through the symbol table. This library
// stands before libduckdb.so in the search order of the plugin, so its function of that name is called instead, and
// calls the original.
#include "json_depth.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <dlfcn.h>

#define FLOE_GUARD_EXPORT __attribute__((visibility("default")))

// As DuckDB's yyjson.hpp declares them. NOLINTBEGIN(readability-identifier-naming): yyjson names them.
namespace duckdb_yyjson {

struct yyjson_val {
  std::uint64_t tag;
  std::uint64_t extent;  // of a container: bytes up to what follows it
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

FLOE_GUARD_EXPORT yyjson_doc* yyjson_read_opts(char* text, std::size_t length, std::uint32_t flags,
                                               const yyjson_alc* allocator, yyjson_read_err* error);

}  // namespace duckdb_yyjson

// NOLINTEND(readability-identifier-naming)

namespace {

using duckdb_yyjson::yyjson_doc;
using duckdb_yyjson::yyjson_val;

constexpr const char* kSymbol = "_ZN13duckdb_yyjson16yyjson_read_optsEPcmjPKNS_10yyjson_alcEPNS_15yyjson_read_errE";
constexpr std::uint32_t kMemory = 2;  // of yyjson's read codes
constexpr std::uint32_t kWrongStructure = 7;

std::atomic<std::uint32_t> limit{FLOE_DUCKDB_MAX_JSON_DEPTH};

using ReadFunction = decltype(&duckdb_yyjson::yyjson_read_opts);

// Who calls the guard is libduckdb.so, so it is there. The handle is never closed, as plugins are never unloaded.
ReadFunction original() {
  static void* const duckdb = ::dlopen("libduckdb.so", RTLD_LAZY | RTLD_NOLOAD);
  static const auto function = duckdb != nullptr ? reinterpret_cast<ReadFunction>(::dlsym(duckdb, kSymbol)) : nullptr;
  return function;
}

bool is_container(const yyjson_val& value) { return (value.tag & 6U) == 6U; }

const yyjson_val* end_of(const yyjson_val* value) {
  return is_container(*value) ? value + value->extent / sizeof(yyjson_val) : value + 1;
}

// The values of a document lie one after the other, a container before what it contains.
bool is_deeper_than(const yyjson_doc& document, std::uint32_t levels) {
  if (document.val_read <= levels) return false;                   // a level is at least one value
  std::array<const yyjson_val*, FLOE_DUCKDB_MAX_JSON_DEPTH> ends;  // of the containers around `value`
  std::uint32_t depth = 0;
  const yyjson_val* const end = end_of(document.root);
  for (const yyjson_val* value = document.root; value < end; ++value) {
    while (depth > 0 && ends[depth - 1] <= value)
      --depth;
    if (!is_container(*value)) continue;
    if (depth == levels) return true;
    ends[depth++] = end_of(value);
  }
  return false;
}

yyjson_doc* refuse(duckdb_yyjson::yyjson_read_err* error, std::uint32_t code, const char* message) {
  if (error != nullptr) *error = {code, message, 0};
  return nullptr;
}

// What yyjson_doc_free does.
void release(yyjson_doc* document) {
  const duckdb_yyjson::yyjson_alc allocator = document->alc;
  if (document->str_pool != nullptr) allocator.free(allocator.ctx, document->str_pool);
  allocator.free(allocator.ctx, document);
}

}  // namespace

namespace duckdb_yyjson {

// Parsing itself does not recurse, and takes memory in proportion to the text.
yyjson_doc* yyjson_read_opts(char* text, std::size_t length, std::uint32_t flags, const yyjson_alc* allocator,
                             yyjson_read_err* error) {
  const ReadFunction read = original();
  if (read == nullptr) return refuse(error, kMemory, "libduckdb.so is not there");
  yyjson_doc* document = read(text, length, flags, allocator, error);
  if (document == nullptr || !is_deeper_than(*document, limit.load(std::memory_order_relaxed))) return document;
  release(document);
  return refuse(error, kWrongStructure, "it nests too deep");
}

}  // namespace duckdb_yyjson

extern "C" {

FLOE_GUARD_EXPORT void floe_duckdb_lower_json_depth(std::uint32_t levels) {
  std::uint32_t before = limit.load();
  while (levels > 0 && levels < before && !limit.compare_exchange_weak(before, levels)) {
  }
}

FLOE_GUARD_EXPORT std::uint32_t floe_duckdb_json_depth() { return limit.load(); }
}
