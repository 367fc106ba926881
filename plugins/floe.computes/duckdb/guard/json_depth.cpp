// DuckDB walks JSON by recursion without a limit: deep JSON ends its stack, and with it the process. Its file readers
// lose values of keys without a word. Each of its JSON functions, casts and file readers parses with one function,
// whose calls go through the symbol table. This library stands before libduckdb.so in the search order of the plugin,
// so its function of that name is called instead, and calls the original.
#include "json_depth.h"

#include "json_keys.hpp"
#include "json_numbers.hpp"
#include "original.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

// As DuckDB's yyjson.hpp declares it. NOLINTBEGIN(readability-identifier-naming): yyjson names it.
namespace duckdb_yyjson {

FLOE_GUARD_EXPORT yyjson_doc* yyjson_read_opts(char* text, std::size_t length, std::uint32_t flags,
                                               const yyjson_alc* allocator, yyjson_read_err* error);

}  // namespace duckdb_yyjson

// NOLINTEND(readability-identifier-naming)

namespace floe::duckdb_guard {
namespace {

constexpr const char* kSymbol = "_ZN13duckdb_yyjson16yyjson_read_optsEPcmjPKNS_10yyjson_alcEPNS_15yyjson_read_errE";
constexpr std::uint32_t kMemory = 2;  // of yyjson's read codes
constexpr std::uint32_t kWrongStructure = 7;

std::atomic<std::uint32_t> limit{FLOE_DUCKDB_MAX_JSON_DEPTH};

using ReadFunction = decltype(&duckdb_yyjson::yyjson_read_opts);

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

yyjson_doc* refuse(duckdb_yyjson::yyjson_read_err* error, std::uint32_t code, const char* message, std::size_t at = 0) {
  if (error != nullptr) *error = {code, message, at};
  return nullptr;
}

const char* fault_of(const yyjson_doc& document, std::uint32_t flags) {
  if (is_deeper_than(document, limit.load(std::memory_order_relaxed))) return "it nests too deep";
  if ((flags & kReadInPlace) == 0) return nullptr;
  switch (lost_key(document).fault) {
    case KeyFault::kNone:
      return nullptr;
    case KeyFault::kRepeated:
      return "a key occurs twice in an object";
    case KeyFault::kNul:
      return "a key has a NUL character";
  }
  return nullptr;
}

}  // namespace

yyjson_doc* read_document(char* text, std::size_t length, std::uint32_t flags,
                          const duckdb_yyjson::yyjson_alc* allocator, duckdb_yyjson::yyjson_read_err* error) {
  static const auto kRead = original<ReadFunction>(kSymbol);
  if (kRead == nullptr) return refuse(error, kMemory, "libduckdb.so is not there");
  return kRead(text, length, flags, allocator, error);
}

// What yyjson_doc_free does.
void release(yyjson_doc* document) {
  const duckdb_yyjson::yyjson_alc allocator = document->alc;
  if (document->str_pool != nullptr) allocator.free(allocator.ctx, document->str_pool);
  allocator.free(allocator.ctx, document);
}

namespace {

// Parsing itself does not recurse, and takes memory in proportion to the text.
yyjson_doc* read_guarded(char* text, std::size_t length, std::uint32_t flags,
                         const duckdb_yyjson::yyjson_alc* allocator, duckdb_yyjson::yyjson_read_err* error) {
  const std::uint32_t with_texts = with_texts_of_numbers(flags);
  yyjson_doc* document = read_document(text, length, with_texts, allocator, error);
  if (document == nullptr) return nullptr;
  if (with_texts != flags) keep_numbers(document);
  const char* fault = fault_of(*document, flags);
  if (fault == nullptr) return document;
  release(document);
  return refuse(error, kWrongStructure, fault);
}

}  // namespace
}  // namespace floe::duckdb_guard

namespace duckdb_yyjson {

yyjson_doc* yyjson_read_opts(char* text, std::size_t length, std::uint32_t flags, const yyjson_alc* allocator,
                             yyjson_read_err* error) {
  return floe::duckdb_guard::read_guarded(text, length, flags, allocator, error);
}

}  // namespace duckdb_yyjson

extern "C" {

FLOE_GUARD_EXPORT void floe_duckdb_lower_json_depth(std::uint32_t levels) {
  using floe::duckdb_guard::limit;
  std::uint32_t before = limit.load();
  while (levels > 0 && levels < before && !limit.compare_exchange_weak(before, levels)) {
  }
}

FLOE_GUARD_EXPORT std::uint32_t floe_duckdb_json_depth() { return floe::duckdb_guard::limit.load(); }
}
