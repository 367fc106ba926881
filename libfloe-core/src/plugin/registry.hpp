// Registry: which plugins there are, from the manifests of the entry-point directories. Opens no library.
#pragma once

#include "plugin/plugin_manifest.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe {

// Where plugins are looked for; first root wins.
enum class PluginRootKind : std::uint8_t { kOption, kEnvironment, kPrefix, kUser, kLocal, kBeside };

std::string_view plugin_root_kind_name(PluginRootKind kind);

struct PluginRoot {
  std::string path;
  PluginRootKind kind = PluginRootKind::kBeside;
  bool exists = false;
};

struct RegistryOptions {
  std::vector<std::string> roots;  // --plugin-root
  std::string library_directory;   // of libfloe-core; its floe/plugins is the last root. "" = found by dladdr
  bool safe_mode = false;          // also FLOE_SAFE_MODE: only the root beside libfloe-core
  std::optional<bool> elevated;    // set-uid and the like: skips the roots a user controls; nullopt = ask the system
};

enum class PluginState : std::uint8_t { kUsable, kShadowed, kDenied, kBroken };

std::string_view plugin_state_name(PluginState state);

struct PluginEntry {
  PluginManifest manifest;  // group and name are always set; the rest not when broken
  PluginState state = PluginState::kUsable;
  std::string reason;         // why it is not usable, one line
  std::string directory;      // <root>/<group>/<name>
  std::string manifest_path;  // <directory>/plugin.json
  std::string library_path;   // "" when there is none for this platform
  std::size_t root = 0;       // index into Registry::roots()
  std::vector<Diagnostic> diagnostics;
};

// Immutable after discover, so any thread may read it.
class Registry {
 public:
  // Never fails as a whole: what is broken is an entry that says so. Reads FLOE_PLUGIN_PATH, FLOE_PLUGINS_ALLOW,
  // FLOE_PLUGINS_DENY, FLOE_SAFE_MODE, VIRTUAL_ENV, CONDA_PREFIX, XDG_DATA_HOME and HOME; never the current directory.
  static Registry discover(const RegistryOptions& options, io::FileSystem& files, const io::Environment& environment);

  [[nodiscard]] const std::vector<PluginRoot>& roots() const { return roots_; }

  // Sorted by group, name, then order of roots.
  [[nodiscard]] const std::vector<PluginEntry>& entries() const { return entries_; }

  // By name or alias, or `name@id` (a pin). The error carries a diagnostic (FLOE-E0401 and following) that names what
  // there is, or why the one that is there cannot be used.
  [[nodiscard]] Result<const PluginEntry*> find(std::string_view group, std::string_view name) const;

  // The plugin that came with floe under that name or alias (without a pin), whether it is found by it or not; nullptr
  // when none did.
  [[nodiscard]] const PluginEntry* own(std::string_view group, std::string_view name) const;

  [[nodiscard]] bool is_own(const PluginEntry& entry) const {
    return roots_[entry.root].kind == PluginRootKind::kBeside;
  }

  // The same with `group/name`, with a name that plugins of one group have, or with an id; what is shadowed has no
  // name.
  [[nodiscard]] Result<const PluginEntry*> find_anywhere(std::string_view name) const;

  // The directory name an alias stands for in its group, or `name` itself.
  [[nodiscard]] std::string canonical_name(std::string_view group, std::string_view name) const;

  // Usable names of a group, sorted; for messages and for approved lists.
  [[nodiscard]] std::vector<std::string> names(std::string_view group) const;

  // JSON objects for `floe plugin list|show|why`:
  // {"roots":[{path,kind,exists}],"plugins":[{group,name,id,version,vendor,interface,state,reason,path,root,...}]}
  // With `files` a usable plugin whose files would not load is told as broken, and why; no library is opened.
  [[nodiscard]] std::string list_json(io::FileSystem* files = nullptr) const;
  // All of one manifest and its library; `name` as in find_anywhere. Error as find.
  [[nodiscard]] Result<std::string> show_json(std::string_view name, io::FileSystem* files = nullptr) const;
  // {"query","roots":[..],"candidates":[{group,path,root,state,reason}],"chosen":path|null}
  [[nodiscard]] std::string why_json(std::string_view name, io::FileSystem* files = nullptr) const;

 private:
  [[nodiscard]] bool answers_to(const PluginEntry& entry, std::string_view name) const;

  std::vector<PluginRoot> roots_;
  std::vector<PluginEntry> entries_;
};

}  // namespace floe
