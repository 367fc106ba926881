// A function of libduckdb.so that one of this library stands before.
#pragma once

#include <dlfcn.h>

#define FLOE_GUARD_EXPORT __attribute__((visibility("default")))

namespace floe::duckdb_guard {

// Null when libduckdb.so has no such symbol. Who calls the guard is libduckdb.so, so it is there. The handle is never
// closed, as plugins are never unloaded.
template <class Function>
Function original(const char* symbol) {
  static void* const kDuckdb = ::dlopen("libduckdb.so", RTLD_LAZY | RTLD_NOLOAD);
  return kDuckdb != nullptr ? reinterpret_cast<Function>(::dlsym(kDuckdb, symbol)) : nullptr;
}

}  // namespace floe::duckdb_guard
