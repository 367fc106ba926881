#include "plugin/python_plugin.hpp"

#include "plugin/host_core.hpp"
#include "plugin/plugin_error.hpp"

#include "base/bridge/python_bridge.hpp"
#include "base/fail.hpp"
#include "base/io/module_path.hpp"

#include <bit>
#include <dlfcn.h>
#include <mutex>

namespace floe {
namespace {

thread_local bool is_confirmed = false;

std::int32_t confirm() noexcept {
  is_confirmed = true;
  return FLOE_OK;
}

Result<python::BridgeFunction> open_bridge() {
  const std::string path = FLOE_TRY(io::find_module(python::kBridgeLibrary));
  if (path.empty()) {
    return failf(ErrorCode::kUnsupported, "`{}` is not in `lib/floe` of this installation", python::kBridgeLibrary);
  }
  // Never closed: the interpreter stays, and calls into it.
  void* bridge = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (bridge == nullptr) return failf(ErrorCode::kUnsupported, "{}", ::dlerror());
  void* function = ::dlsym(bridge, python::kBridgeFunction);
  if (function == nullptr) return failf(ErrorCode::kUnsupported, "`{}` is no bridge to Python", path);
  return reinterpret_cast<python::BridgeFunction>(function);
}

Result<python::BridgeFunction> the_bridge() {
  static std::mutex mutex;
  static python::BridgeFunction bridge = nullptr;
  const std::lock_guard lock(mutex);
  if (bridge == nullptr) bridge = FLOE_TRY(open_bridge());
  return bridge;
}

Error no_python(const PluginEntry& entry, const std::string& why, std::vector<std::string> notes, std::string help) {
  Diagnostic diagnostic = plugin_diagnostic(
      PluginFault::kNoPython, fmt::format("plugin `{}` is written in Python, and {}", entry.manifest.id, why),
      entry.manifest_path);
  diagnostic.notes = std::move(notes);
  return plugin_error(help.empty() ? std::move(diagnostic) : std::move(diagnostic).help(std::move(help)));
}

Error bad_source(const PluginEntry& entry, const python::OpenAnswer& answer) {
  Diagnostic diagnostic = plugin_diagnostic(
      PluginFault::kLoadFailed, fmt::format("plugin `{}` cannot be loaded: {}", entry.manifest.id, answer.message), "");
  const std::string file = answer.file.empty() ? entry.library_path : answer.file;
  return plugin_error(std::move(diagnostic).at(Span{file, answer.line, answer.line == 0 ? 0 : 1, 0, 0}));
}

}  // namespace

Result<floe_plugin_entry_v1_fn> load_python_entry(const PluginEntry& entry) {
  const auto bridge = the_bridge();
  if (!bridge.has_value()) return no_python(entry, bridge.error().to_string(), {}, {});
  python::OpenAnswer answer;
  (*bridge)({python::kBridgeLayout, entry.manifest_path, confirm, {}}, answer);
  if (answer.entry != 0) return std::bit_cast<floe_plugin_entry_v1_fn>(answer.entry);
  if (!answer.has_python) return no_python(entry, answer.message, std::move(answer.notes), std::move(answer.help));
  return bad_source(entry, answer);
}

Status check_python_source(const PluginEntry& entry) {
  if (entry.manifest.runtime != kPythonRuntime) return ok();
  const auto bridge = the_bridge();
  if (!bridge.has_value()) return ok();
  python::OpenAnswer answer;
  (*bridge)({python::kBridgeLayout, entry.manifest_path, confirm, entry.library_path}, answer);
  return answer.entry != 0 || !answer.has_python ? ok() : Status(bad_source(entry, answer));
}

void begin_python_answer() noexcept { is_confirmed = false; }

floe_status end_python_answer(floe_call* call, floe_status status) noexcept {
  if (status != FLOE_OK || is_confirmed) return status;
  constexpr std::string_view kWhy = "an exception ended the method outside of what reports exceptions";
  call->core->self.table.set_error(call, FLOE_PANIC, kWhy.data(), kWhy.size());
  return FLOE_PANIC;
}

}  // namespace floe
