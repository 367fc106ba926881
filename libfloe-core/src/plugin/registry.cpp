#include "plugin/registry.hpp"

#include "plugin/plugin_error.hpp"
#include "plugin/plugin_file.hpp"
#include "plugin/reserved_id.hpp"
#include "plugin/roots.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace floe {
namespace {

// The allow and deny globs of the environment; deny beats allow.
class AccessList {
 public:
  explicit AccessList(const io::Environment& environment)
      : allow_(globs(environment, "FLOE_PLUGINS_ALLOW")), deny_(globs(environment, "FLOE_PLUGINS_DENY")) {}

  // Why it is denied; "" when it is not.
  [[nodiscard]] std::string refusal(const PluginManifest& manifest) const {
    for (const std::string& glob : deny_) {
      if (matches(glob, manifest)) return "denied by FLOE_PLUGINS_DENY (`" + glob + "`)";
    }
    if (allow_.empty()) return {};
    const bool allowed = std::any_of(allow_.begin(), allow_.end(), [&](const auto& g) { return matches(g, manifest); });
    return allowed ? "" : "not in FLOE_PLUGINS_ALLOW";
  }

 private:
  static std::vector<std::string> globs(const io::Environment& environment, const char* variable) {
    std::vector<std::string> out;
    const auto value = environment.get(variable);
    if (!value) return out;
    for (const std::string_view part : text::split(*value, ',')) {
      const std::string_view glob = text::trim(part);
      if (!glob.empty()) out.emplace_back(glob);
    }
    return out;
  }

  static bool matches(const std::string& glob, const PluginManifest& manifest) {
    return text::matches_glob(glob, manifest.id) || text::matches_glob(glob, manifest.name) ||
           text::matches_glob(glob, manifest.group + "/" + manifest.name);
  }

  std::vector<std::string> allow_;
  std::vector<std::string> deny_;
};

void mark_broken(PluginEntry& entry, std::vector<Diagnostic> diagnostics) {
  entry.state = PluginState::kBroken;
  entry.reason = diagnostics.front().message;
  entry.diagnostics = std::move(diagnostics);
}

void find_library(PluginEntry& entry) {
  const auto library = entry.manifest.library.find(std::string(plugin_platform()));
  if (library == entry.manifest.library.end()) {
    std::vector<std::string> platforms;
    platforms.reserve(entry.manifest.library.size());
    for (const auto& [platform, file] : entry.manifest.library)
      platforms.push_back("`" + platform + "`");
    mark_broken(entry, {plugin_diagnostic(PluginFault::kLibraryMissing,
                                          "the plugin has no library for `" + std::string(plugin_platform()) +
                                              "`, only for " + text::join(platforms, ", "),
                                          entry.manifest_path)});
    return;
  }
  entry.library_path = io::normalize_path(io::join_path(entry.directory, library->second));
}

// One `<root>/<group>/<name>/`; nullopt when there is no plugin.json in it.
std::optional<PluginEntry> read_entry(io::FileSystem& files, std::string directory, std::string_view group,
                                      std::string_view name) {
  PluginEntry entry;
  entry.manifest_path = io::join_path(directory, "plugin.json");
  entry.directory = std::move(directory);
  entry.manifest.group = group;
  entry.manifest.name = name;
  const auto text = read_plugin_file(files, entry.manifest_path, kManifestLimit);
  if (!text.has_value()) {
    if (text.error().code == ErrorCode::kNotFound) return std::nullopt;
    mark_broken(entry,
                {plugin_diagnostic(PluginFault::kManifestUnreadable,
                                   "plugin.json cannot be read: " + text.error().to_string(), entry.manifest_path)});
    return entry;
  }
  DiagnosticSink sink;
  auto manifest = parse_plugin_manifest(*text, entry.manifest_path, group, name, sink);
  if (!manifest) {
    mark_broken(entry, sink.sorted());
    return entry;
  }
  entry.manifest = *std::move(manifest);
  entry.diagnostics = sink.sorted();
  find_library(entry);
  return entry;
}

constexpr std::size_t kMostPlugins = 10'000;  // of one root

Diagnostic too_many(const PluginEntry& entry) {
  return plugin_diagnostic(PluginFault::kManifestUnreadable,
                           "its root holds more than " + std::to_string(kMostPlugins) +
                               " plugins: this one and those behind it are not looked at",
                           entry.manifest_path);
}

void read_root(io::FileSystem& files, const PluginRoot& root, std::size_t index, std::vector<PluginEntry>& entries) {
  const auto groups = files.list(root.path);
  if (!groups.has_value()) return;
  const std::size_t most = entries.size() + kMostPlugins;
  for (const io::DirectoryEntry& group : *groups) {
    if (group.kind != io::FileKind::kDirectory || group.name.find('.') == std::string::npos) continue;
    const std::string group_path = io::join_path(root.path, group.name);
    const auto names = files.list(group_path);
    if (!names.has_value()) continue;
    for (const io::DirectoryEntry& name : *names) {
      if (name.kind != io::FileKind::kDirectory) continue;
      auto entry = read_entry(files, io::join_path(group_path, name.name), group.name, name.name);
      if (!entry) continue;
      entry->root = index;
      if (entries.size() == most) mark_broken(*entry, {too_many(*entry)});
      entries.push_back(*std::move(entry));
      if (entries.size() > most) return;
    }
  }
}

void mark_denied_and_shadowed(const AccessList& access, std::vector<PluginEntry>& entries) {
  const PluginEntry* winner = nullptr;
  for (PluginEntry& entry : entries) {
    if (winner != nullptr &&
        (winner->manifest.group != entry.manifest.group || winner->manifest.name != entry.manifest.name)) {
      winner = nullptr;
    }
    const std::string refusal = access.refusal(entry.manifest);
    if (!refusal.empty()) {
      entry.state = PluginState::kDenied;
      entry.reason = refusal;
    } else if (winner != nullptr) {
      entry.state = PluginState::kShadowed;
      entry.reason = "shadowed by " + winner->directory;
    } else {
      winner = &entry;  // a broken one too: what is first is never silently replaced
    }
  }
}

// One plugin may have several interfaces, or one under several names: then its folders say the same of themselves and
// hold the same library. Nothing is known of a library that cannot be read; Python plugins have a file for each folder.
bool is_one_plugin(io::FileSystem& files, const PluginEntry& left, const PluginEntry& right) {
  if (left.manifest.version != right.manifest.version || left.manifest.vendor != right.manifest.vendor) return false;
  if (left.manifest.runtime != "native" || right.manifest.runtime != "native") {
    return left.manifest.group != right.manifest.group;
  }
  const auto left_library = read_plugin_file(files, left.library_path, kLibraryLimit);
  const auto right_library = read_plugin_file(files, right.library_path, kLibraryLimit);
  return !left_library || !right_library || *left_library == *right_library;
}

// Ids name plugins in pins, locks and stored state, so neither of two plugins with one id is used.
void mark_same_ids(io::FileSystem& files, std::vector<PluginEntry>& entries) {
  std::map<std::string_view, std::vector<PluginEntry*>> by_id;
  for (PluginEntry& entry : entries) {
    if (entry.state == PluginState::kUsable) by_id[entry.manifest.id].push_back(&entry);
  }
  for (const auto& [id, all] : by_id) {
    const auto is_other = [&files, &all = all](const PluginEntry* one) {
      return one != all.front() && !is_one_plugin(files, *one, *all.front());
    };
    const auto other = std::find_if(all.begin(), all.end(), is_other);
    if (other == all.end()) continue;
    const Diagnostic found = plugin_diagnostic(PluginFault::kSameId,
                                               fmt::format("two plugins have the id `{}`: `{}` and `{}`", id,
                                                           all.front()->directory, (*other)->directory),
                                               (*other)->manifest_path)
                                 .help(fmt::format("remove one of them, or deny it: `FLOE_PLUGINS_DENY={}/{}`",
                                                   (*other)->manifest.group, (*other)->manifest.name));
    for (PluginEntry* entry : all)
      mark_broken(*entry, {found});
  }
}

void warn_reserved_ids(const std::string& own_root, io::FileSystem& files, std::vector<PluginEntry>& entries) {
  for (PluginEntry& entry : entries) {
    if (entry.state == PluginState::kBroken) continue;
    auto warning = reserved_id_warning(entry, own_root, files);
    if (!warning) continue;
    if (entry.reason.empty()) entry.reason = warning->message;
    entry.diagnostics.push_back(*std::move(warning));
  }
}

}  // namespace

std::string_view plugin_root_kind_name(PluginRootKind kind) {
  switch (kind) {
    case PluginRootKind::kOption:
      return "option";
    case PluginRootKind::kEnvironment:
      return "environment";
    case PluginRootKind::kPrefix:
      return "prefix";
    case PluginRootKind::kUser:
      return "user";
    case PluginRootKind::kLocal:
      return "local";
    case PluginRootKind::kBeside:
      return "beside";
  }
  return "beside";
}

std::string_view plugin_state_name(PluginState state) {
  switch (state) {
    case PluginState::kUsable:
      return "usable";
    case PluginState::kShadowed:
      return "shadowed";
    case PluginState::kDenied:
      return "denied";
    case PluginState::kBroken:
      return "broken";
  }
  return "broken";
}

Registry Registry::discover(const RegistryOptions& options, io::FileSystem& files, const io::Environment& environment) {
  Registry registry;
  registry.roots_ = plugin_roots(options, files, environment);
  for (std::size_t i = 0; i < registry.roots_.size(); ++i) {
    if (registry.roots_[i].exists) read_root(files, registry.roots_[i], i, registry.entries_);
  }
  const auto comes_before = [](const PluginEntry& left, const PluginEntry& right) {
    return std::tie(left.manifest.group, left.manifest.name, left.root) <
           std::tie(right.manifest.group, right.manifest.name, right.root);
  };
  // A root alone is in this order already, and an entry is much to move.
  auto& entries = registry.entries_;
  if (!std::is_sorted(entries.begin(), entries.end(), comes_before)) {
    std::stable_sort(entries.begin(), entries.end(), comes_before);
  }
  mark_denied_and_shadowed(AccessList(environment), registry.entries_);
  mark_same_ids(files, registry.entries_);
  warn_reserved_ids(own_plugin_root(options, files), files, registry.entries_);
  return registry;
}

}  // namespace floe
