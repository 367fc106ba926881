#include "plugin/interface_info.hpp"
#include "plugin/loaded_plugin.hpp"
#include "plugin/python_plugin.hpp"
#include "plugin/registry.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <set>

namespace floe {
namespace {

json::array texts(const std::vector<std::string>& values) {
  json::array out;
  for (const std::string& value : values)
    out.emplace_back(value);
  return out;
}

json::object texts(const std::map<std::string, std::string>& values) {
  json::object out;
  for (const auto& [key, value] : values)
    out.emplace(key, value);
  return out;
}

json::value or_null(const std::string& text) { return text.empty() ? json::value() : json::value(text); }

json::array root_list(const std::vector<PluginRoot>& roots) {
  json::array out;
  for (const PluginRoot& root : roots) {
    out.push_back(
        json::object{{"path", root.path}, {"kind", plugin_root_kind_name(root.kind)}, {"exists", root.exists}});
  }
  return out;
}

Error ambiguous(std::string_view name, std::string_view asked, const std::set<std::string>& groups) {
  std::vector<std::string> ways;
  ways.reserve(groups.size());
  for (const std::string& group : groups)
    ways.push_back(fmt::format("`{}/{}`", group, asked));
  return failf(ErrorCode::kInvalidArgument, "plugins of {} groups are named `{}`: say {}", groups.size(), name,
               text::join(ways, " or "));
}

// Who calls it; null for an interface that this floe does not know.
json::value interface_status(const std::string& id) {
  const InterfaceInfo* info = find_interface(id);
  return info == nullptr ? json::value() : json::value(interface_status_name(info->status));
}

struct State {
  std::string_view name;
  std::string reason;
};

// Of a file in Python nothing runs until it is opened: an import that fails is not found here.
State state_of_found(const PluginEntry& entry) {
  const bool is_unchecked = entry.state == PluginState::kUsable && entry.manifest.runtime == kPythonRuntime;
  return {is_unchecked ? "unchecked" : plugin_state_name(entry.state), entry.reason};
}

std::string reason_of(const Diagnostic& finding) {
  const Span* span = finding.primary();
  if (span == nullptr || !span->file.ends_with(".py")) return finding.message;
  const std::string line = span->line > 0 ? fmt::format(":{}", span->line) : "";
  return fmt::format("{} ({}{})", finding.message, io::file_name(span->file), line);
}

State state_of(const PluginEntry& entry, const Registry& registry, io::FileSystem* files) {
  if (files == nullptr || entry.state != PluginState::kUsable) return state_of_found(entry);
  Status loadable = check_loadable(*files, registry, entry);
  if (loadable) loadable = check_python_source(entry);
  if (loadable) return state_of_found(entry);
  const std::string* text = loadable.error().detail("floe.diagnostics");
  const auto found = text == nullptr ? Result<std::vector<Diagnostic>>(loadable.error()) : diagnostics_from_json(*text);
  return {plugin_state_name(PluginState::kBroken),
          found && !found->empty() ? reason_of(found->front()) : loadable.error().to_string()};
}

json::object brief(const PluginEntry& entry, const Registry& registry, io::FileSystem* files) {
  const PluginManifest& manifest = entry.manifest;
  const State found = state_of(entry, registry, files);
  return json::object{{"group", manifest.group},
                      {"name", manifest.name},
                      {"id", or_null(manifest.id)},
                      {"version", or_null(manifest.version)},
                      {"vendor", or_null(manifest.vendor)},
                      {"interface", or_null(manifest.interface)},
                      {"interface_status", interface_status(manifest.interface)},
                      {"aliases", texts(manifest.aliases)},
                      {"capabilities", texts(manifest.capabilities)},
                      {"description", or_null(manifest.description)},
                      {"state", found.name},
                      {"reason", or_null(found.reason)},
                      {"path", entry.directory},
                      {"root", registry.roots()[entry.root].path}};
}

// `group/name` or just a name.
std::pair<std::string_view, std::string_view> split_group(std::string_view query) {
  const std::size_t slash = query.find('/');
  if (slash == std::string_view::npos) return {{}, query};
  return {query.substr(0, slash), query.substr(slash + 1)};
}

}  // namespace

std::string Registry::list_json(io::FileSystem* files) const {
  json::array plugins;
  for (const PluginEntry& entry : entries_)
    plugins.push_back(brief(entry, *this, files));
  return to_json(json::object{{"roots", root_list(roots_)}, {"plugins", std::move(plugins)}});
}

Result<const PluginEntry*> Registry::find_anywhere(std::string_view name) const {
  const auto [group, short_name] = split_group(name);
  if (!group.empty()) return find(group, short_name);
  const std::string_view plain = short_name.substr(0, short_name.find('@'));
  const PluginEntry* by_id = nullptr;
  std::set<std::string> groups;
  for (const PluginEntry& entry : entries_) {
    if (entry.state == PluginState::kShadowed) continue;
    if (answers_to(entry, plain)) groups.insert(entry.manifest.group);
    if (by_id == nullptr && entry.manifest.id == name) by_id = &entry;
  }
  if (groups.size() > 1) return ambiguous(plain, short_name, groups);
  if (!groups.empty()) return find(*groups.begin(), short_name);
  return by_id == nullptr ? find(group, short_name) : find(by_id->manifest.group, by_id->manifest.name);
}

Result<std::string> Registry::show_json(std::string_view name, io::FileSystem* files) const {
  const PluginEntry* entry = FLOE_TRY(find_anywhere(name));
  const PluginManifest& manifest = entry->manifest;
  json::object out = brief(*entry, *this, files);
  out["license"] = or_null(manifest.license);
  out["homepage"] = or_null(manifest.homepage);
  out["abi"] = json::object{{"major", manifest.abi_major}, {"min_host_minor", manifest.min_host_minor}};
  out["config_schema"] = or_null(manifest.config_schema);
  out["requires"] = texts(manifest.required_interfaces);
  out["services"] = texts(manifest.services);
  out["isolation"] = manifest.isolation;
  out["runtime"] = manifest.runtime;
  out["library"] = or_null(entry->library_path);
  out["libraries"] = texts(manifest.library);
  return to_json(out);
}

std::string Registry::why_json(std::string_view name, io::FileSystem* files) const {
  const auto [group, short_name] = split_group(name);
  const std::string_view plain = short_name.substr(0, short_name.find('@'));
  json::array candidates;
  json::value chosen;
  for (const PluginEntry& entry : entries_) {
    const bool is_id = entry.manifest.id == name;
    if (!is_id && (!answers_to(entry, plain) || (!group.empty() && entry.manifest.group != group))) continue;
    candidates.push_back(brief(entry, *this, files));
    const auto found = find(entry.manifest.group, is_id ? std::string_view(entry.manifest.name) : short_name);
    if (chosen.is_null() && found.has_value() && *found == &entry) chosen = entry.directory;
  }
  return to_json(json::object{{"query", name},
                              {"roots", root_list(roots_)},
                              {"candidates", std::move(candidates)},
                              {"chosen", std::move(chosen)}});
}

}  // namespace floe
