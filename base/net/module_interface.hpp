// Between base and libfloe-http.so, which are built together: a C++ object behind one exported C function.
#pragma once

#include "base/net/http.hpp"

#include <cstdint>

namespace floe::net {

// Differs when the two were not built from the same headers; the module then answers null.
constexpr std::uint64_t kModuleLayout = (std::uint64_t{1} << 32U) | (sizeof(HttpRequest) << 16U) | sizeof(HttpResponse);

constexpr const char* kModuleFunction = "floe_http_module";

// A new transport, owned by the caller; null when `layout` is another one or libcurl does not start.
using ModuleFunction = HttpTransport* (*)(std::uint64_t layout);

}  // namespace floe::net
