#include "plugin/plugin_manifest.hpp"

#include "plugin/plugin_error.hpp"
#include "plugin/plugin_file.hpp"

#include "base/io/file_system.hpp"
#include "base/json/json.hpp"
#include "base/json/repeated_keys.hpp"
#include "base/text/text.hpp"
#include "floe/interfaces/host_http.h"
#include "floe/interfaces/host_kv.h"
#include "floe/interfaces/host_secrets.h"
#include "floe/interfaces/host_tmpdir.h"
#include "floe/interfaces/host_trace.h"
#include "floe/interfaces/warehouse.h"

#include <algorithm>
#include <array>

namespace floe {
namespace {

constexpr std::array<std::string_view, 22> kKeys{
    "manifest_version", "id",        "version",      "vendor",        "license",
    "description",      "homepage",  "abi",          "group",         "name",
    "aliases",          "interface", "capabilities", "config_schema", "requires",
    "services",         "isolation", "runtime",      "library",       "sha256",
    "keywords",         "$schema"};

constexpr std::array<std::string_view, 6> kServices{FLOE_HOST_HTTP_INTERFACE,    FLOE_HOST_KV_INTERFACE,
                                                    FLOE_HOST_SECRETS_INTERFACE, FLOE_HOST_TMPDIR_INTERFACE,
                                                    FLOE_HOST_TRACE_INTERFACE,   FLOE_WAREHOUSE_INTERFACE};

// Reads members of one manifest and reports what is wrong with them, all in one pass.
class ManifestReader {
 public:
  ManifestReader(const json::object& root, const std::string& path, DiagnosticSink& diagnostics)
      : root_(root), path_(path), diagnostics_(diagnostics) {}

  void report(std::string_view key, std::string message) {
    diagnostics_.report(
        plugin_diagnostic(PluginFault::kManifest, std::move(message), path_).addressed(std::string(key)));
  }

  std::string text(std::string_view key, bool required) {
    const json::value* value = root_.if_contains(key);
    if (value == nullptr) {
      if (required) report(key, "`" + std::string(key) + "` is missing");
      return {};
    }
    if (!value->is_string() || (required && value->get_string().empty())) {
      report(key, "`" + std::string(key) + "` must be a text" + (required ? " that is not empty" : ""));
      return {};
    }
    return std::string(to_view(value->get_string()));
  }

  std::vector<std::string> texts(std::string_view key) {
    std::vector<std::string> out;
    const json::value* value = root_.if_contains(key);
    if (value == nullptr) return out;
    if (!value->is_array()) {
      report(key, "`" + std::string(key) + "` must be a list of texts");
      return out;
    }
    for (const json::value& one : value->get_array()) {
      if (one.is_string()) {
        out.emplace_back(to_view(one.get_string()));
      } else {
        report(key, "`" + std::string(key) + "` must be a list of texts");
      }
    }
    return out;
  }

  std::map<std::string, std::string> by_platform(std::string_view key) {
    std::map<std::string, std::string> out;
    const json::value* value = root_.if_contains(key);
    if (value == nullptr) return out;
    if (value->is_string()) {
      out.emplace(plugin_platform(), to_view(value->get_string()));
      return out;
    }
    if (!value->is_object()) {
      report(key, "`" + std::string(key) + "` must be a text or an object by platform (`linux-x86_64`)");
      return out;
    }
    for (const auto& [platform, file] : value->get_object()) {
      if (file.is_string()) {
        out.emplace(std::string(platform), to_view(file.get_string()));
      } else {
        report(key, "`" + std::string(key) + "." + std::string(platform) + "` must be a text");
      }
    }
    return out;
  }

  std::uint32_t number(const json::object& object, std::string_view key, std::string_view address) {
    const auto value = get_int(object, key);
    if (value && *value >= 0 && *value <= 0xFFFF) return static_cast<std::uint32_t>(*value);
    report(address, "`" + std::string(address) + "` must be an integer from 0 to 65535");
    return 0;
  }

  void one_of(std::string_view key, std::string& value, std::initializer_list<std::string_view> accepted) {
    if (value.empty()) value = *accepted.begin();
    if (std::find(accepted.begin(), accepted.end(), value) != accepted.end()) return;
    std::string list;
    for (const std::string_view one : accepted)
      list += (list.empty() ? "`" : ", `") + std::string(one) + "`";
    report(key, "`" + std::string(key) + "` is `" + value + "`; accepted are " + list);
  }

  void repeated(std::string_view text) {
    for (const std::string& key : repeated_keys(text))
      report(key, "duplicate key `" + key + "`");
  }

  // A later floe may have it: a plugin gets along without what it is not given.
  void unknown_services(const std::vector<std::string>& services) {
    const std::vector<std::string> known(kServices.begin(), kServices.end());
    for (const std::string& service : services) {
      if (std::find(known.begin(), known.end(), service) != known.end()) continue;
      auto diagnostic =
          warning_diagnostic("FLOE-W1404", "plugin-service-unknown", "this floe has no host service `" + service + "`")
              .at(Span{path_, 0, 0, 0, 0})
              .note("known are " + text::quoted_list(known))
              .addressed("services");
      if (const auto near = text::nearest(service, known)) diagnostic.helps.push_back("write `" + *near + "`");
      diagnostics_.report(std::move(diagnostic));
    }
  }

  void unknown_keys() {
    for (const auto& member : root_) {
      const std::string key(member.key());
      if (std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end()) continue;
      diagnostics_.report(warning_diagnostic("FLOE-W1402", "plugin-manifest-unknown-key", "unknown key `" + key + "`")
                              .at(Span{path_, 0, 0, 0, 0})
                              .addressed(key));
    }
  }

 private:
  const json::object& root_;
  const std::string& path_;
  DiagnosticSink& diagnostics_;
};

bool is_identifier(std::string_view text, std::string_view extra) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || extra.find(c) != std::string_view::npos;
  });
}

// It is typed, stands in tables and before the `@` of a pin.
bool is_name(std::string_view text) {
  return text.size() <= 100 && is_identifier(text, ".-_") && is_identifier(text.substr(0, 1), "");
}

bool is_semantic_version(std::string_view text) {
  int dots = 0;
  bool digit = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digit = true;
    } else if (c == '.' && digit && dots < 2) {
      ++dots;
      digit = false;
    } else {
      return dots == 2 && digit && (c == '-' || c == '+');
    }
  }
  return dots == 2 && digit;
}

bool is_interface_id(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || !is_identifier(text.substr(0, slash), "._-")) return false;
  const std::string_view major = text.substr(slash + 1);
  return !major.empty() && std::all_of(major.begin(), major.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void read_abi(ManifestReader& reader, const json::object& root, PluginManifest& manifest) {
  const json::object* abi = get_object(root, "abi");
  if (abi == nullptr) {
    reader.report("abi", "`abi` must be an object {\"major\": 1, \"min_host_minor\": 0}");
    return;
  }
  manifest.abi_major = reader.number(*abi, "major", "abi.major");
  if (abi->contains("min_host_minor"))
    manifest.min_host_minor = reader.number(*abi, "min_host_minor", "abi.min_host_minor");
}

// A file that plugin.json names: relative to its directory.
void check_relative(ManifestReader& reader, std::string_view key, const std::string& file) {
  if (file.find('\0') != std::string::npos) {
    reader.report(key, "`" + std::string(key) + "` holds a NUL, which no path has");
  }
  if (!file.empty() && io::is_absolute_path(file)) {
    reader.report(key, "`" + std::string(key) + "` is the absolute path `" + file +
                           "`; it must be relative to the directory of plugin.json");
  }
}

void check_values(ManifestReader& reader, PluginManifest& manifest, std::string_view group, std::string_view name) {
  if (!manifest.id.empty() && (manifest.id.size() > 100 || !is_identifier(manifest.id, ".-_"))) {
    reader.report("id", "`id` is `" + manifest.id + "`; accepted are up to 100 of a-z, 0-9, `.`, `-` and `_`");
  }
  if (!manifest.version.empty() && !is_semantic_version(manifest.version)) {
    reader.report("version", "`version` is `" + manifest.version + "`; accepted is MAJOR.MINOR.PATCH");
  }
  if (!manifest.interface.empty() && !is_interface_id(manifest.interface)) {
    reader.report("interface", "`interface` is `" + manifest.interface + "`; accepted is a name, `/` and a number");
  }
  if (!manifest.group.empty() && manifest.group != group) {
    reader.report("group", "`group` is `" + manifest.group + "`, but the directory is in `" + std::string(group) + "`");
  }
  if (!manifest.name.empty() && manifest.name != name) {
    reader.report("name", "`name` is `" + manifest.name + "`, but the directory is `" + std::string(name) + "`");
  }
  if (manifest.name == name && !is_name(name)) {
    reader.report("name", "`name` is `" + manifest.name +
                              "`; accepted are up to 100 of a-z, 0-9, `.`, `-` and `_`, the first a letter or a digit");
  }
  reader.one_of("isolation", manifest.isolation, {"in-process", "worker"});
  reader.one_of("runtime", manifest.runtime, {"native", "python"});
  if (manifest.library.empty()) reader.report("library", "`library` must name a file for each platform");
  for (const auto& [platform, file] : manifest.library)
    check_relative(reader, "library", file);
  check_relative(reader, "config_schema", manifest.config_schema);
  std::sort(manifest.capabilities.begin(), manifest.capabilities.end());
}

}  // namespace

std::string_view plugin_platform() {
#if defined(__linux__) && defined(__x86_64__)
  return "linux-x86_64";
#elif defined(__linux__) && defined(__aarch64__)
  return "linux-aarch64";
#elif defined(__APPLE__) && defined(__aarch64__)
  return "macos-arm64";
#elif defined(__APPLE__)
  return "macos-x86_64";
#elif defined(_WIN32)
  return "windows-x86_64";
#else
  return "unknown";
#endif
}

std::optional<PluginManifest> parse_plugin_manifest(std::string_view text, const std::string& path,
                                                    std::string_view group, std::string_view name,
                                                    DiagnosticSink& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  if (text.size() > kManifestLimit) {
    diagnostics.report(plugin_diagnostic(PluginFault::kManifest, "the manifest is larger than 64 KiB", path));
    return std::nullopt;
  }
  const auto parsed = parse_json_object(text);
  if (!parsed.has_value()) {
    diagnostics.report(plugin_diagnostic(PluginFault::kManifest, parsed.error().to_string(), path));
    return std::nullopt;
  }
  ManifestReader reader(*parsed, path, diagnostics);
  const auto version = get_int(*parsed, "manifest_version");
  if (version != 1) {
    reader.report("manifest_version", version && *version > 1
                                          ? "the manifest has version " + std::to_string(*version) +
                                                "; this floe reads version 1: a newer floe is needed"
                                          : "`manifest_version` must be 1");
    return std::nullopt;
  }
  reader.repeated(text);
  PluginManifest manifest;
  manifest.id = reader.text("id", true);
  manifest.version = reader.text("version", true);
  manifest.vendor = reader.text("vendor", true);
  manifest.license = reader.text("license", false);
  manifest.description = reader.text("description", false);
  manifest.homepage = reader.text("homepage", false);
  read_abi(reader, *parsed, manifest);
  manifest.group = reader.text("group", true);
  manifest.name = reader.text("name", true);
  manifest.aliases = reader.texts("aliases");
  manifest.interface = reader.text("interface", true);
  manifest.capabilities = reader.texts("capabilities");
  manifest.config_schema = reader.text("config_schema", false);
  manifest.required_interfaces = reader.texts("requires");
  manifest.services = reader.texts("services");
  manifest.isolation = reader.text("isolation", false);
  manifest.runtime = reader.text("runtime", false);
  manifest.library = reader.by_platform("library");
  manifest.sha256 = reader.by_platform("sha256");
  check_values(reader, manifest, group, name);
  reader.unknown_services(manifest.services);
  reader.unknown_keys();
  if (diagnostics.error_count() > errors) return std::nullopt;
  return manifest;
}

}  // namespace floe
