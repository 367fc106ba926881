#include "plugin/plugin_error.hpp"
#include "plugin/registry.hpp"

#include "base/text/text.hpp"

#include <algorithm>

namespace floe {
namespace {

struct Wanted {
  std::string_view name;
  std::string_view pin;  // "" = none
};

Wanted split_pin(std::string_view name) {
  const std::size_t at = name.find('@');
  if (at == std::string_view::npos) return {name, {}};
  return {name.substr(0, at), name.substr(at + 1)};
}

Error broken_error(const PluginEntry& entry) {
  std::vector<Diagnostic> errors;
  for (const Diagnostic& one : entry.diagnostics) {
    if (one.severity == Severity::kError) errors.push_back(one);
  }
  if (errors.size() == 1) return plugin_error(std::move(errors.front()));
  DiagnosticSink sink;
  for (Diagnostic& one : errors)
    sink.report(std::move(one));
  return diagnostics_error(ErrorCode::kInvalidConfig, sink);
}

}  // namespace

bool Registry::answers_to(const PluginEntry& entry, std::string_view name) const {
  const auto& aliases = entry.manifest.aliases;
  return entry.manifest.name == name || std::find(aliases.begin(), aliases.end(), name) != aliases.end();
}

std::string Registry::canonical_name(std::string_view group, std::string_view name) const {
  const PluginEntry* by_alias = nullptr;
  for (const PluginEntry& entry : entries_) {
    if (entry.manifest.group != group || entry.state == PluginState::kShadowed || !answers_to(entry, name)) continue;
    if (entry.manifest.name == name) return entry.manifest.name;
    if (by_alias == nullptr || entry.root < by_alias->root) by_alias = &entry;
  }
  return by_alias == nullptr ? std::string(name) : by_alias->manifest.name;
}

const PluginEntry* Registry::own(std::string_view group, std::string_view name) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const PluginEntry& entry) {
    return is_own(entry) && entry.manifest.group == group && answers_to(entry, name);
  });
  return found == entries_.end() ? nullptr : &*found;
}

std::vector<std::string> Registry::names(std::string_view group) const {
  std::vector<std::string> out;
  for (const PluginEntry& entry : entries_) {
    if (entry.manifest.group == group && entry.state == PluginState::kUsable) out.push_back(entry.manifest.name);
  }
  return out;
}

Result<const PluginEntry*> Registry::find(std::string_view group, std::string_view name) const {
  const Wanted wanted = split_pin(name);
  const std::string canonical = canonical_name(group, wanted.name);
  const PluginEntry* denied = nullptr;
  const PluginEntry* other_id = nullptr;
  for (const PluginEntry& entry : entries_) {
    if (entry.manifest.group != group || entry.manifest.name != canonical) continue;
    if (entry.state == PluginState::kDenied) {
      if (denied == nullptr) denied = &entry;
      continue;
    }
    if (!wanted.pin.empty() && entry.manifest.id != wanted.pin) {
      if (other_id == nullptr) other_id = &entry;
      continue;
    }
    if (entry.state == PluginState::kBroken) return broken_error(entry);
    if (entry.state == PluginState::kUsable || !wanted.pin.empty()) return &entry;
  }
  const std::string what =
      "plugin `" + std::string(name) + "`" + (group.empty() ? "" : " of `" + std::string(group) + "`");
  if (other_id != nullptr) {
    if (other_id->state == PluginState::kBroken) return broken_error(*other_id);
    return plugin_error(plugin_diagnostic(
        PluginFault::kPinMismatch,
        what + " is pinned to `" + std::string(wanted.pin) + "`, but the one found is `" + other_id->manifest.id + "`",
        other_id->manifest_path));
  }
  if (denied != nullptr) {
    return plugin_error(PluginFault::kDenied, what + " is " + denied->reason, denied->manifest_path);
  }
  Diagnostic diagnostic = plugin_diagnostic(PluginFault::kNotFound, what + " is not installed", "");
  const std::vector<std::string> known = names(group);
  if (!known.empty()) diagnostic.notes.push_back("installed are " + text::quoted_list(known));
  for (const PluginRoot& root : roots_) {
    diagnostic.notes.push_back("looked in " + io::join_path(root.path, group) +
                               (root.exists ? "" : " (no such directory)"));
  }
  if (const auto near = text::nearest(wanted.name, known)) {
    diagnostic.helps.push_back("a plugin with a similar name is installed: `" + *near + "`");
  } else if (!group.empty()) {
    diagnostic.helps.push_back("install it as `" + std::string(group) + "/" + std::string(wanted.name) +
                               "/` in one of these directories");
  }
  return plugin_error(std::move(diagnostic));
}

}  // namespace floe
