#define BOOST_DLL_USE_STD_FS
#include "plugin/library.hpp"

#include "plugin/plugin_error.hpp"
#include "plugin/python_plugin.hpp"

#include <boost/dll/shared_library.hpp>

#include <deque>
#include <mutex>

namespace floe {
namespace {

// A handle unloads in its destructor, so handles are kept for good, on failure paths too. Process-wide because loaded
// code is; never destroyed, so it outlives the static objects of the plugins.
class KeptLibraries {
 public:
  static boost::dll::shared_library& keep(boost::dll::shared_library library) {
    static auto& kept = *new KeptLibraries;
    const std::lock_guard lock(kept.mutex_);
    return kept.libraries_.emplace_back(std::move(library));
  }

 private:
  std::mutex mutex_;
  std::deque<boost::dll::shared_library> libraries_;
};

// The dynamic linker's words, without what Boost puts around them.
std::string linker_reason(std::string text) {
  constexpr std::string_view kStart = "dlerror system message: ";
  const std::size_t start = text.find(kStart);
  const std::size_t end = text.rfind("): ");
  if (start == std::string::npos || end == std::string::npos || end < start) return text;
  return text.substr(start + kStart.size(), end - start - kStart.size());
}

Result<floe_plugin_entry_v1_fn> load_native_entry(const std::string& path) {
  try {
    auto& library =
        KeptLibraries::keep(boost::dll::shared_library(boost::dll::fs::path(path), boost::dll::load_mode::rtld_now));
    using Entry = floe_status(const floe_host*, floe_call*, const floe_plugin**);
    return &library.get<Entry>("floe_plugin_entry_v1");
  } catch (const std::exception& error) {
    return plugin_error(PluginFault::kLoadFailed,
                        "the library `" + path + "` cannot be loaded: " + linker_reason(error.what()), path);
  }
}

}  // namespace

Result<floe_plugin_entry_v1_fn> load_entry(const PluginEntry& entry) {
  return entry.manifest.runtime == kPythonRuntime ? load_python_entry(entry) : load_native_entry(entry.library_path);
}

}  // namespace floe
