#include "devkit/devkit.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/fail.hpp"
#include "base/io/module_path.hpp"

#include <dlfcn.h>
#include <mutex>

namespace floe::devkit {
namespace {

Error unusable(std::string message, std::string help) {
  DiagnosticSink sink;
  sink.report(error_diagnostic("FLOE-E0441", "devkit-missing", std::move(message)).help(std::move(help)));
  return diagnostics_error(ErrorCode::kUnsupported, sink);
}

Error foreign(const std::string& path) {
  return unusable(fmt::format("`{}` belongs to another version of floe", path),
                  "install floe and its devkit from one build");
}

Result<Devkit*> open_module() {
  const std::string path = FLOE_TRY(io::find_module(kModuleName));
  if (path.empty()) {
    return unusable(
        fmt::format("the devkit is not installed: `{}` is not in `lib/floe` of this installation", kModuleName),
        fmt::format("`floe plugin check` and `floe plugin new` need it: install the `{}` of floe {}", kModuleName,
                    FLOE_VERSION));
  }
  void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr)
    return unusable(fmt::format("the devkit cannot be opened: {}", ::dlerror()), "install it again");
  void* symbol = ::dlsym(module, kModuleFunction);
  if (symbol == nullptr) return foreign(path);
  Devkit* devkit = reinterpret_cast<ModuleFunction>(symbol)(kModuleLayout);
  if (devkit == nullptr) return foreign(path);
  return devkit;
}

}  // namespace

Result<Devkit*> open_devkit() {
  static std::mutex mutex;
  static Devkit* opened = nullptr;
  const std::lock_guard lock(mutex);
  if (opened == nullptr) opened = FLOE_TRY(open_module());
  return opened;
}

}  // namespace floe::devkit
