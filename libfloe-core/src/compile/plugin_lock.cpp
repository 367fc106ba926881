#include "compile/plugin_lock.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace floe::compile {
namespace {

using Place = std::pair<std::string, std::string>;  // group, name

const LockedPlugin* find(const std::vector<LockedPlugin>& plugins, const Place& place) {
  const auto found = std::find_if(plugins.begin(), plugins.end(), [&](const LockedPlugin& one) {
    return one.group == place.first && one.name == place.second;
  });
  return found == plugins.end() ? nullptr : &*found;
}

std::string sum_of(const LockedPlugin& plugin, std::string_view platform) {
  const auto found = plugin.sha256.find(std::string(platform));
  return found == plugin.sha256.end() ? "" : found->second;
}

std::string side(const LockedPlugin* plugin, std::string_view platform) {
  if (plugin == nullptr) return "none";
  return fmt::format("`{}` {} (sha256 {})", plugin->id, plugin->version, sum_of(*plugin, platform));
}

// A lock made on other platforms only says nothing about the library here.
bool is_same(const LockedPlugin& locked, const LockedPlugin& installed, std::string_view platform) {
  const std::string sum = sum_of(locked, platform);
  return locked.id == installed.id && locked.version == installed.version &&
         (sum.empty() || sum == sum_of(installed, platform));
}

Result<LockedPlugin> read_plugin(const json::value& item) {
  const json::object* object = item.if_object();
  if (object == nullptr) return fail(ErrorCode::kData, "an item of `plugins` is no object");
  LockedPlugin out;
  out.group = FLOE_TRY(require_string(*object, "group"));
  out.name = FLOE_TRY(require_string(*object, "name"));
  out.id = FLOE_TRY(require_string(*object, "id"));
  out.version = FLOE_TRY(require_string(*object, "version"));
  const json::object* sums = FLOE_TRY(require_object(*object, "sha256"));
  for (const auto& [platform, sum] : *sums) {
    if (sum.is_string()) out.sha256.emplace(std::string(platform), to_view(sum.get_string()));
  }
  return out;
}

json::object sums_of(const LockedPlugin& plugin) {
  json::object out;
  for (const auto& [platform, sum] : plugin.sha256)
    out[platform] = sum;
  return out;
}

}  // namespace

std::string lock_text(std::vector<LockedPlugin> plugins) {
  std::sort(plugins.begin(), plugins.end(), [](const LockedPlugin& left, const LockedPlugin& right) {
    return std::tie(left.group, left.name) < std::tie(right.group, right.name);
  });
  std::string out = "{\n  \"version\": 1,\n  \"plugins\": [";
  for (std::size_t i = 0; i < plugins.size(); ++i) {
    const LockedPlugin& plugin = plugins[i];
    out += (i == 0 ? "\n    " : ",\n    ") + to_json(json::object{{"group", plugin.group},
                                                                  {"name", plugin.name},
                                                                  {"id", plugin.id},
                                                                  {"version", plugin.version},
                                                                  {"sha256", sums_of(plugin)}});
  }
  return out + (plugins.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

Result<std::vector<LockedPlugin>> read_lock(std::string_view text) {
  const json::object root = FLOE_TRY(parse_json_object(text));
  if (get_int(root, "version") != 1) return fail(ErrorCode::kData, "`version` must be 1; a newer floe wrote it");
  std::vector<LockedPlugin> out;
  const json::array* plugins = FLOE_TRY(require_array(root, "plugins"));
  for (const json::value& item : *plugins)
    out.push_back(FLOE_TRY(read_plugin(item)));
  return out;
}

std::vector<LockedPlugin> with_other_platforms(std::vector<LockedPlugin> installed,
                                               const std::vector<LockedPlugin>& locked) {
  for (LockedPlugin& plugin : installed) {
    const LockedPlugin* old = find(locked, {plugin.group, plugin.name});
    if (old != nullptr && old->id == plugin.id && old->version == plugin.version) {
      plugin.sha256.insert(old->sha256.begin(), old->sha256.end());
    }
  }
  return installed;
}

void report_drift(const std::vector<LockedPlugin>& locked, const std::vector<LockedPlugin>& installed,
                  std::string_view platform, DiagnosticSink& sink) {
  std::set<Place> places;
  for (const std::vector<LockedPlugin>* list : {&locked, &installed}) {
    for (const LockedPlugin& plugin : *list)
      places.emplace(plugin.group, plugin.name);
  }
  for (const Place& place : places) {
    const LockedPlugin* old = find(locked, place);
    const LockedPlugin* now = find(installed, place);
    if (old != nullptr && now != nullptr && is_same(*old, *now, platform)) continue;
    sink.report(error_diagnostic("FLOE-E0433", "plugin-lock-drift",
                                 fmt::format("plugin `{}/{}`: {} has {}, in use is {}", place.first, place.second,
                                             kLockName, side(old, platform), side(now, platform)))
                    .at(Span{kLockName, 0, 0, 0, 0})
                    .help("install what the lock names, or compile without `--locked` and keep the new lock"));
  }
}

}  // namespace floe::compile
