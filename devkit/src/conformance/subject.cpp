#include "conformance/subject.hpp"

#include "plugin/plugin_error.hpp"
#include "plugin/reserved_id.hpp"

#include "base/fail.hpp"

namespace floe::conformance {
namespace {

Result<std::string> manifest_path(io::FileSystem& files, const std::string& path) {
  const io::FileInfo info = FLOE_TRY(files.stat(path));
  if (info.kind == io::FileKind::kMissing) {
    return plugin_error(PluginFault::kNotFound, fmt::format("`{}` does not exist", path), path);
  }
  const std::string canonical = FLOE_TRY(files.canonical(path));
  const std::string directory = info.kind == io::FileKind::kDirectory ? canonical : io::parent_path(canonical);
  const std::string manifest = io::join_path(directory, "plugin.json");
  const io::FileInfo found = FLOE_TRY(files.stat(manifest));
  if (found.kind != io::FileKind::kMissing) return manifest;
  return plugin_error(PluginFault::kNotFound, fmt::format("there is no plugin.json in `{}`", directory), path);
}

// The folder may still be outside of an entry-point directory: group and name are the manifest's own word.
PluginManifest read_manifest(const std::string& text, PluginEntry& entry) {
  std::string group;
  std::string name;
  if (const auto object = parse_json_object(text); object.has_value()) {
    group = get_string_or(*object, "group", "");
    name = get_string_or(*object, "name", "");
  }
  DiagnosticSink sink;
  auto manifest = parse_plugin_manifest(text, entry.manifest_path, group, name, sink);
  entry.diagnostics = sink.sorted();
  if (manifest) return *std::move(manifest);
  entry.state = PluginState::kBroken;
  entry.reason = sink.sorted().front().message;
  return {};
}

std::vector<std::string> instance_configs(const std::string& schema) {
  std::vector<std::string> configs{"{}"};
  const auto parsed = parse_json_object(schema.empty() ? "{}" : schema);
  if (!parsed.has_value()) return configs;
  if (const json::array* examples = get_array(*parsed, "examples")) {
    for (const json::value& example : *examples)
      configs.push_back(to_json(example));
  }
  return configs;
}

}  // namespace

Result<Subject> open_subject(io::FileSystem& files, const std::string& path, const std::string& config,
                             const std::string& own_root) {
  Subject subject;
  PluginEntry& entry = subject.entry;
  entry.manifest_path = FLOE_TRY(manifest_path(files, path));
  entry.directory = io::parent_path(entry.manifest_path);
  const std::string text = FLOE_TRY(files.read(entry.manifest_path));
  entry.manifest = read_manifest(text, entry);
  if (auto warning = reserved_id_warning(entry, own_root, files)) entry.diagnostics.push_back(*std::move(warning));
  const auto library = entry.manifest.library.find(std::string(plugin_platform()));
  if (library != entry.manifest.library.end()) {
    entry.library_path = io::normalize_path(io::join_path(entry.directory, library->second));
  }
  subject.interface = Specification::get().find_interface(entry.manifest.interface);
  if (!entry.manifest.config_schema.empty()) {
    subject.config_schema = files.read(io::join_path(entry.directory, entry.manifest.config_schema)).value_or("");
  }
  subject.configs = config.empty() ? instance_configs(subject.config_schema) : std::vector<std::string>{config};
  return subject;
}

}  // namespace floe::conformance
