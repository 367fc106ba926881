// The libcurl transport as seen from base: finds and opens libfloe-http.so when it is first needed, so that programs
// that make no request do not load libcurl and the thirty libraries behind it.
#include "base/fail.hpp"
#include "base/io/module_path.hpp"
#include "base/net/module_interface.hpp"

#include <dlfcn.h>
#include <mutex>

namespace floe::net {

namespace {

constexpr const char* kModuleName = "libfloe-http.so";

Result<std::string> find_module() {
  const std::string path = FLOE_TRY(io::find_module(kModuleName));
  if (!path.empty()) return path;
  return failf(ErrorCode::kUnsupported, "no HTTP here: `{}` is not in `lib/floe` of this installation", kModuleName);
}

Result<std::unique_ptr<HttpTransport>> open_module() {
  const std::string path = FLOE_TRY(find_module());
  // Never closed: libcurl keeps threads and global state.
  void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) return failf(ErrorCode::kUnsupported, "no HTTP here: {}", ::dlerror());
  void* symbol = ::dlsym(module, kModuleFunction);
  if (symbol == nullptr) return failf(ErrorCode::kUnsupported, "`{}` has no `{}`", path, kModuleFunction);
  const auto create = reinterpret_cast<ModuleFunction>(symbol);
  std::unique_ptr<HttpTransport> transport(create(kModuleLayout));
  if (transport) return transport;
  return failf(ErrorCode::kUnsupported, "`{}` belongs to another version of floe; install both from one build", path);
}

class LazyTransport final : public HttpTransport {
 public:
  Result<HttpResponse> send(const HttpRequest& request) override {
    HttpTransport* transport = FLOE_TRY(opened());
    return transport->send(request);
  }

 private:
  Result<HttpTransport*> opened() {
    const std::lock_guard lock(mutex_);
    if (!transport_) transport_ = FLOE_TRY(open_module());
    return transport_.get();
  }

  std::mutex mutex_;
  std::unique_ptr<HttpTransport> transport_;
};

}  // namespace

std::unique_ptr<HttpTransport> make_curl_transport() { return std::make_unique<LazyTransport>(); }

}  // namespace floe::net
