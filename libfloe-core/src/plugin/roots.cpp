#include "plugin/roots.hpp"

#include <algorithm>

#if defined(__unix__) || defined(__APPLE__)
#include <dlfcn.h>
#endif
#if defined(__linux__)
#include <sys/auxv.h>
#endif

#include "base/io/switch_variable.hpp"
#include "base/text/text.hpp"

namespace floe {
namespace {

#if defined(_WIN32)
constexpr char kPathSeparator = ';';
#else
constexpr char kPathSeparator = ':';
#endif

bool is_elevated_process() {
#if defined(__linux__)
  return getauxval(AT_SECURE) != 0;
#else
  return false;
#endif
}

class RootList {
 public:
  explicit RootList(io::FileSystem& files) : files_(files) {}

  void add(std::string path, PluginRootKind kind) {
    path = io::normalize_path(path);
    if (!io::is_absolute_path(path)) return;
    const auto same = [&](const PluginRoot& root) { return root.path == path; };
    if (std::any_of(roots_.begin(), roots_.end(), same)) return;
    const auto info = files_.stat(path);
    roots_.push_back({std::move(path), kind, info.has_value() && info->kind == io::FileKind::kDirectory});
  }

  std::vector<PluginRoot> take() { return std::move(roots_); }

 private:
  io::FileSystem& files_;
  std::vector<PluginRoot> roots_;
};

void add_user_roots(const RegistryOptions& options, const io::Environment& environment, RootList& list) {
  for (const std::string& root : options.roots)
    list.add(root, PluginRootKind::kOption);
  if (const auto path = environment.get("FLOE_PLUGIN_PATH")) {
    for (const std::string_view part : text::split(*path, kPathSeparator)) {
      if (!part.empty()) list.add(std::string(part), PluginRootKind::kEnvironment);
    }
  }
  for (const char* variable : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    const auto prefix = environment.get(variable);
    if (prefix && !prefix->empty()) list.add(io::join_path(*prefix, "lib/floe/plugins"), PluginRootKind::kPrefix);
  }
  const auto data = environment.get("XDG_DATA_HOME");
  const auto home = environment.get("HOME");
  if (data && !data->empty()) {
    list.add(io::join_path(*data, "floe/plugins"), PluginRootKind::kUser);
  } else if (home && !home->empty()) {
    list.add(io::join_path(*home, ".local/share/floe/plugins"), PluginRootKind::kUser);
  }
}

}  // namespace

std::string own_library_directory() {
#if defined(__unix__) || defined(__APPLE__)
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&own_library_directory), &info) != 0 && info.dli_fname != nullptr) {
    return io::parent_path(info.dli_fname);
  }
#endif
  return {};
}

std::string own_plugin_root(const RegistryOptions& options, io::FileSystem& files) {
  std::string directory = options.library_directory.empty() ? own_library_directory() : options.library_directory;
  if (auto canonical = files.canonical(directory); canonical.has_value()) directory = *std::move(canonical);
  return directory.empty() ? std::string() : io::join_path(directory, "floe/plugins");
}

std::vector<PluginRoot> plugin_roots(const RegistryOptions& options, io::FileSystem& files,
                                     const io::Environment& environment) {
  RootList list(files);
  // A word that is neither is refused where a context is made; here it would be taken for the stricter one.
  const bool is_safe_mode = options.safe_mode || io::read_switch(environment, "FLOE_SAFE_MODE").value_or(true);
  const bool is_elevated = options.elevated.value_or(is_elevated_process());
  if (!is_safe_mode) {
    if (!is_elevated) add_user_roots(options, environment, list);
    list.add("/usr/local/lib/floe/plugins", PluginRootKind::kLocal);
  }
  const std::string own = own_plugin_root(options, files);
  if (!own.empty()) list.add(own, PluginRootKind::kBeside);
  return list.take();
}

}  // namespace floe
