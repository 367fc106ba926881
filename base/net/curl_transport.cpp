// The libcurl transport as seen from base: finds and opens libfloe-http.so when it is first needed, so that programs
// that make no request do not load libcurl and the thirty libraries behind it.
#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/net/module_interface.hpp"

#include <array>
#include <dlfcn.h>
#include <mutex>
#include <vector>

namespace floe::net {

namespace {

constexpr std::string_view kModuleName = "libfloe-http.so";
constexpr int kMaxLevels = 4;  // from lib/floe/plugins/<group>/<name>/ up to lib/floe/

// Is in whatever object this code was linked into.
const int kAnchor = 0;

// In lib/floe/ of the installation that this code is part of, be it bin/floe, a library in lib/ or a plugin below.
std::vector<std::string> candidates() {
  std::vector<std::string> paths;
  Dl_info info{};
  if (::dladdr(&kAnchor, &info) == 0 || info.dli_fname == nullptr) return paths;
  const auto files = io::make_disk_file_system();
  const auto object = files->canonical(info.dli_fname);
  std::string directory = io::parent_path(object.has_value() ? *object : std::string(info.dli_fname));
  for (int level = 0; level < kMaxLevels && !directory.empty(); ++level) {
    for (const char* below : {"", "floe", "lib/floe"}) {
      paths.push_back(io::join_path(io::join_path(directory, below), kModuleName));
    }
    if (directory == "/") break;
    directory = io::parent_path(directory);
  }
  return paths;
}

Result<std::string> find_module() {
  const auto files = io::make_disk_file_system();
  constexpr std::uint32_t kWritableByAll = 02;
  for (const std::string& path : candidates()) {
    const io::FileInfo info = FLOE_TRY(files->stat(path));
    if (info.kind != io::FileKind::kRegular) continue;
    if ((info.mode & kWritableByAll) != 0) {
      return failf(ErrorCode::kPermission, "`{}` is writable by everybody and is not loaded", path);
    }
    return path;
  }
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
