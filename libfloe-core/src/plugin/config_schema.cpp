#include "plugin/config_schema.hpp"

#include "plugin/plugin_error.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/json/schema.hpp"

namespace floe {
namespace {

constexpr std::size_t kSizeLimit = 1024 * 1024;

Error bad_schema(const PluginEntry& entry, const std::string& path, const std::string& reason) {
  return plugin_error(
      PluginFault::kConfigSchema,
      fmt::format("the configuration schema of plugin `{}` cannot be used: {}", entry.manifest.id, reason), path);
}

}  // namespace

Result<std::vector<ConfigProblem>> check_config_schema(io::FileSystem& files, const PluginEntry& entry,
                                                       const std::string& config_json) {
  if (entry.manifest.config_schema.empty()) return std::vector<ConfigProblem>();
  const std::string path = io::normalize_path(io::join_path(entry.directory, entry.manifest.config_schema));
  const auto text = files.read(path);
  if (!text.has_value()) return bad_schema(entry, path, text.error().to_string());
  if (text->size() > kSizeLimit) return bad_schema(entry, path, "it is larger than 1 MiB");
  const auto schema = JsonSchema::parse(*text);
  if (!schema.has_value()) return bad_schema(entry, path, schema.error().to_string());
  const json::value config = FLOE_TRY(parse_json(config_json));
  std::vector<ConfigProblem> out;
  for (SchemaProblem& problem : schema->problems(config))
    out.push_back({std::move(problem.path), problem.is_key, std::move(problem.message)});
  return out;
}

std::string absolute_config_paths(io::FileSystem& files, const PluginEntry& entry, const std::string& config_json,
                                  const std::string& directory) {
  if (entry.manifest.config_schema.empty()) return config_json;
  const auto text = files.read(io::normalize_path(io::join_path(entry.directory, entry.manifest.config_schema)));
  const auto schema = text ? parse_json_object(*text) : Result<json::object>(text.error());
  auto config = parse_json_object(config_json);
  const json::object* properties = schema ? get_object(*schema, "properties") : nullptr;
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

Diagnostic config_diagnostic(std::string_view plugin, const ConfigProblem& problem) {
  const std::string path = dotted_path(problem.path);
  return plugin_diagnostic(PluginFault::kConfig,
                           fmt::format("configuration of plugin `{}`{}: {}", plugin,
                                       path.empty() ? "" : fmt::format(", `{}`", path), problem.message),
                           "")
      .addressed(path);
}

}  // namespace floe
