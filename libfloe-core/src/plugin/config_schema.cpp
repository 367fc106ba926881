#include "plugin/config_schema.hpp"

#include "plugin/plugin_error.hpp"
#include "plugin/plugin_file.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/json/schema.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace floe {
namespace {

Error bad_schema(const PluginEntry& entry, const std::string& path, const std::string& reason) {
  return plugin_error(
      PluginFault::kConfigSchema,
      fmt::format("the configuration schema of plugin `{}` cannot be used: {}", entry.manifest.id, reason), path);
}

constexpr std::array<std::pair<std::string_view, SecurityRule>, 3> kRules{
    {{"fixed", SecurityRule::kFixed}, {"raise", SecurityRule::kRaise}, {"lower", SecurityRule::kLower}}};

std::string schema_path(const PluginEntry& entry) {
  return io::normalize_path(io::join_path(entry.directory, entry.manifest.config_schema));
}

Result<std::string> read_schema(io::FileSystem& files, const PluginEntry& entry) {
  const std::string path = schema_path(entry);
  std::string text = FLOE_TRY(read_plugin_file(files, path, kConfigSchemaLimit));
  const std::string root = FLOE_TRY(files.canonical(io::parent_path(io::parent_path(entry.directory))));
  const std::string found = FLOE_TRY(files.canonical(path));
  if (found.starts_with(root + "/")) return text;
  return failf(ErrorCode::kPermission, "`{}` lies outside its plugin root `{}`", found, root);
}

// Empty when there is none: whoever checks a configuration with it says so.
json::object readable_schema(io::FileSystem& files, const PluginEntry& entry) {
  if (entry.manifest.config_schema.empty()) return {};
  const auto text = read_schema(files, entry);
  return text ? parse_json_object(*text).value_or(json::object()) : json::object();
}

// What a property that is only a reference into `$defs` refers to.
const json::object* definition_of(const json::object& schema, const json::object& property) {
  constexpr std::string_view kDefinitions = "#/$defs/";
  const std::string reference = get_string_or(property, "$ref", "");
  const json::object* definitions = get_object(schema, "$defs");
  if (!reference.starts_with(kDefinitions) || definitions == nullptr) return &property;
  const json::object* found = get_object(*definitions, reference.substr(kDefinitions.size()));
  return found == nullptr ? &property : found;
}

// `4GB`, `512 MiB`, `1.5TB`: in bytes. nullopt for another text, a share such as `80%` among them.
std::optional<double> size_of(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 11> kUnits = {{{"b", 1},
                                                                           {"byte", 1},
                                                                           {"bytes", 1},
                                                                           {"kb", 1e3},
                                                                           {"mb", 1e6},
                                                                           {"gb", 1e9},
                                                                           {"tb", 1e12},
                                                                           {"kib", 0x1p10},
                                                                           {"mib", 0x1p20},
                                                                           {"gib", 0x1p30},
                                                                           {"tib", 0x1p40}}};
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc()) return std::nullopt;
  const std::string unit = text::to_lower_ascii(text::trim(std::string_view(end, text.data() + text.size() - end)));
  const auto found = std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& one) { return one.first == unit; });
  return found == kUnits.end() ? std::nullopt : std::optional(number * found->second);
}

std::optional<double> rank_of(const json::value& value, const json::array& order) {
  const auto found = std::find(order.begin(), order.end(), value);
  if (found != order.end()) return static_cast<double>(found - order.begin());
  if (value.is_bool()) return value.get_bool() ? 1 : 0;
  if (const json::string* text = value.if_string()) return size_of(to_view(*text));
  return value.is_number() ? std::optional(value.to_number<double>()) : std::nullopt;
}

}  // namespace

Result<std::vector<ConfigProblem>> check_config_schema(io::FileSystem& files, const PluginEntry& entry,
                                                       const std::string& config_json) {
  if (entry.manifest.config_schema.empty()) return std::vector<ConfigProblem>();
  const std::string path = schema_path(entry);
  const auto text = read_schema(files, entry);
  if (!text.has_value()) return bad_schema(entry, path, text.error().to_string());
  const auto schema = JsonSchema::parse(*text);
  if (!schema.has_value()) return bad_schema(entry, path, schema.error().to_string());
  const json::value config = FLOE_TRY(parse_json(config_json));
  std::vector<ConfigProblem> out;
  for (SchemaProblem& problem : schema->problems(config))
    out.push_back({std::move(problem.path), problem.is_key, std::move(problem.message), std::move(problem.missing)});
  return out;
}

std::string absolute_config_paths(io::FileSystem& files, const PluginEntry& entry, const std::string& config_json,
                                  const std::string& directory) {
  const json::object schema = readable_schema(files, entry);
  auto config = parse_json_object(config_json);
  const json::object* properties = get_object(schema, "properties");
  if (properties == nullptr || !config) return config_json;
  for (const auto& [key, property] : *properties) {
    const auto kind = property.is_object() ? get_string(property.get_object(), "x-floe-path") : std::nullopt;
    const auto value = get_string(*config, key);
    if (!kind || !value || io::is_absolute_path(*value) || value->find(':') != std::string::npos) continue;
    const std::string path = io::normalize_path(io::join_path(directory, *value));
    (*config)[key] = *kind == "uri" ? io::uri_from_path(path) : path;
  }
  return to_json(*config);
}

std::vector<SecurityMember> security_members(io::FileSystem& files, const PluginEntry& entry) {
  std::vector<SecurityMember> out;
  const json::object schema = readable_schema(files, entry);
  const json::object* properties = get_object(schema, "properties");
  if (properties == nullptr) return out;
  for (const auto& [key, property] : *properties) {
    if (!property.is_object()) continue;
    const json::object& object = *definition_of(schema, property.get_object());
    if (!object.contains("x-floe-security")) continue;
    const std::string word = get_string_or(object, "x-floe-security", "");
    // A word that is not known is the strictest: a slip of the pen protects nothing else.
    const auto rule = std::find_if(kRules.begin(), kRules.end(), [&](const auto& one) { return one.first == word; });
    SecurityMember member{.name = std::string(key), .rule = rule == kRules.end() ? SecurityRule::kFixed : rule->second};
    if (const json::value* fallback = object.if_contains("default")) member.fallback = *fallback;
    if (const json::array* order = get_array(object, "enum")) member.order = *order;
    out.push_back(std::move(member));
  }
  return out;
}

bool is_weaker(const SecurityMember& member, const json::value& above, const json::value& below) {
  const auto before = rank_of(above, member.order);
  const auto after = rank_of(below, member.order);
  if (member.rule == SecurityRule::kFixed || !before || !after) return above != below;
  return member.rule == SecurityRule::kRaise ? *after < *before : *after > *before;
}

Diagnostic config_diagnostic(std::string_view plugin, const ConfigProblem& problem) {
  const std::string path = dotted_path(problem.path);
  return plugin_diagnostic(PluginFault::kConfig,
                           fmt::format("configuration of plugin `{}`{}: {}", plugin,
                                       path.empty() ? "" : fmt::format(", `{}`", path), problem.message),
                           "")
      .addressed(path);
}

}  // namespace floe
