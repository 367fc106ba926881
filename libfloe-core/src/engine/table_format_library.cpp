#include "engine/table_format_library.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "floe/floe.h"

#include <dlfcn.h>

namespace floe::run {
namespace {

constexpr const char* kLibrary = "libfloe-iceberg.so.1";
constexpr const char* kEntry = "floe_iceberg_table_format_v1";

using Entry = const floe_table_format_v1* (*)();

std::string library_path() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&floe_version), &info) == 0 || info.dli_fname == nullptr) return kLibrary;
  return io::join_path(io::parent_path(info.dli_fname), kLibrary);
}

}  // namespace

Result<const floe_table_format_v1*> load_table_format() {
  const std::string path = library_path();
  void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);  // never closed
  if (handle == nullptr) {
    return failf(ErrorCode::kNotFound, "cannot load the Iceberg library `{}`: {}", path, ::dlerror());
  }
  void* symbol = ::dlsym(handle, kEntry);
  if (symbol == nullptr) return failf(ErrorCode::kUnsupported, "`{}` has no `{}`", path, kEntry);
  const floe_table_format_v1* table = reinterpret_cast<Entry>(symbol)();
  if (table == nullptr) return failf(ErrorCode::kUnsupported, "`{}` offers no table format", path);
  return table;
}

}  // namespace floe::run
