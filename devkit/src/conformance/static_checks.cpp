// Level 0: what can be said without running a line of the plugin.
#include "conformance/check_function.hpp"
#include "conformance/elf_image.hpp"
#include "plugin/interface_info.hpp"
#include "plugin/plugin_files.hpp"
#include "plugin/preflight.hpp"
#include "plugin/python_plugin.hpp"

#include "base/fail.hpp"
#include "base/json/schema.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <dlfcn.h>
#include <gnu/libc-version.h>

namespace floe::conformance {
namespace {

constexpr std::string_view kEntry = "floe_plugin_entry_v1";

std::string reason_of(const Error& error) {
  const std::string* findings = error.detail("floe.diagnostics");
  if (findings == nullptr) return error.to_string();
  const auto parsed = diagnostics_from_json(*findings);
  return parsed.has_value() && !parsed->empty() ? parsed->front().message : error.to_string();
}

std::string library_bytes(Trial& trial) {
  const auto files = io::make_disk_file_system();
  auto read = files->read(trial.subject.entry.library_path);
  if (!read.has_value()) trial.give_up(read.error().to_string());
  return *std::move(read);
}

ElfImage image_of(Trial& trial) {
  auto image = read_elf_image(library_bytes(trial));
  if (!image.has_value()) trial.give_up(image.error().to_string());
  return *std::move(image);
}

// As floe reads them before it loads the library.
LibraryDemands demands_of(Trial& trial) {
  const auto format = make_host_format();
  if (format == nullptr) return {};
  const std::string& path = trial.subject.entry.library_path;
  const auto files = io::make_disk_file_system();
  const auto info = files->stat(path);
  if (!info.has_value()) trial.give_up(info.error().to_string());
  auto demands = format->demands(*files, path, info->size);
  if (!demands.has_value()) trial.give_up(reason_of(demands.error()));
  return *std::move(demands);
}

void manifest(Trial& trial) {
  const PluginEntry& entry = trial.subject.entry;
  for (const Diagnostic& one : entry.diagnostics) {
    if (one.severity == Severity::kError) {
      trial.fail(one.message);
    } else {
      trial.warn(one.message);
    }
  }
  if (entry.state != PluginState::kUsable) return;
  const InterfaceInfo* interface = find_interface(entry.manifest.interface);
  if (interface == nullptr) {
    trial.fail(fmt::format("this floe does not know the interface `{}`", entry.manifest.interface));
    return;
  }
  if (entry.manifest.group != interface->group) {
    trial.fail(fmt::format("`group` is `{}`, but plugins of `{}` belong to `{}`", entry.manifest.group, interface->id,
                           interface->group));
  }
  if (entry.manifest.abi_major != FLOE_ABI_MAJOR) {
    trial.fail(fmt::format("`abi.major` is {}; this floe has {}", entry.manifest.abi_major, FLOE_ABI_MAJOR));
  }
  if (entry.library_path.empty()) {
    trial.fail(fmt::format("`library` names no file for this platform, {}", plugin_platform()));
  }
}

void checksum(Trial& trial) {
  const auto& sums = trial.subject.entry.manifest.sha256;
  const auto wanted = sums.find(std::string(plugin_platform()));
  if (wanted == sums.end()) return trial.skip("plugin.json gives no sha256");
  const PluginEntry& entry = trial.subject.entry;
  const auto files = io::make_disk_file_system();
  const auto found = plugin_sum(*files, entry.manifest, entry.directory, entry.library_path);
  if (!found.has_value()) return trial.fail(found.error().to_string());
  if (text::to_lower_ascii(wanted->second) == *found) return;
  trial.fail(fmt::format("the sha256 of the {} is {}, but plugin.json says {}",
                         entry.manifest.runtime == kPythonRuntime ? "folder" : "library", *found, wanted->second));
}

void preflight(Trial& trial) {
  const auto files = io::make_disk_file_system();
  const std::string& path = trial.subject.entry.library_path;
  const auto info = files->stat(path);
  if (!info.has_value()) return trial.fail(info.error().to_string());
  if (info->kind != io::FileKind::kRegular) return trial.fail(fmt::format("`{}` is not there, or no file", path));
  const PluginEntry& entry = trial.subject.entry;
  const Status safe = preflight_folder(*files, entry.directory, entry.directory, entry.manifest.runtime);
  if (!safe.has_value()) return trial.fail(reason_of(safe.error()));
  if (trial.subject.entry.manifest.runtime == kPythonRuntime) {
    if (!text::is_valid_utf8(library_bytes(trial))) trial.fail(fmt::format("`{}` is no text in UTF-8", path));
    return;
  }
  const auto format = make_host_format();
  if (format == nullptr) return trial.skip("this floe knows no library format of this platform");
  const Status checked = format->check(*files, path, info->size);
  if (!checked.has_value()) trial.fail(reason_of(checked.error()));
}

void one_export(Trial& trial) {
  std::vector<std::string> others = image_of(trial).exported;
  std::erase(others, kEntry);
  // Marks that some linkers put into every library.
  std::erase_if(others, [](const std::string& name) {
    return name == "_init" || name == "_fini" || name == "_edata" || name == "_end" || name == "__bss_start";
  });
  if (others.empty()) return;
  const std::int64_t count = std::ssize(others);
  others.resize(std::min<std::size_t>(others.size(), 5));
  trial.fail(fmt::format("exports {} more: {}{}", text::counted(count, "symbol"), text::join(others, ", "),
                         count > std::ssize(others) ? ", ..." : ""));
}

void dependencies(Trial& trial) {
  const ElfImage image = image_of(trial);
  for (const std::string& library : image.needed) {
    if (library.starts_with("libfloe-core.")) {
      trial.fail(fmt::format("needs `{}`: the host hands a plugin everything in floe_host", library));
    }
    if (library.starts_with("libpython")) {
      trial.fail(fmt::format("needs `{}`: a plugin in Python has `\"runtime\": \"python\"`", library));
    }
  }
  const LibraryDemands demands = demands_of(trial);
  const Status safe = refuse_open_search_paths(*io::make_disk_file_system(), demands, trial.subject.entry.library_path);
  if (!safe.has_value()) trial.fail(reason_of(safe.error()));
  for (const std::string& path : demands.search_paths) {
    if (!path.empty() && path != "$ORIGIN" && !path.starts_with("$ORIGIN/")) {
      trial.fail(fmt::format("looks for libraries in `{}`, which is not relative to $ORIGIN", path));
    }
  }
}

// The libraries that it needs are opened, it is not: what they lack, the loader would not find either, whatever else
// this process has loaded.
void symbols(Trial& trial) {
  const ElfImage image = image_of(trial);
  const LibraryDemands demands = demands_of(trial);
  std::vector<void*> libraries;
  for (const std::string& name : image.needed) {
    void* handle = nullptr;
    for (const std::string& path : demands.search_paths) {
      std::string beside = trial.subject.entry.directory;
      beside.append(path, std::min<std::size_t>(path.size(), 7));
      if (handle == nullptr && path.starts_with("$ORIGIN")) {
        handle = ::dlopen(beside.append("/").append(name).c_str(), RTLD_NOW | RTLD_LOCAL);
      }
    }
    if (handle == nullptr) handle = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return trial.fail(fmt::format("the library `{}` that it needs cannot be opened", name));
    libraries.push_back(handle);
  }
  std::vector<std::string> missing;
  for (const std::string& name : image.undefined) {
    const bool is_sanitizer = name.starts_with("__asan") || name.starts_with("__ubsan") || name.starts_with("__tsan") ||
                              name.starts_with("__sanitizer") || name.starts_with("__lsan");
    const bool is_found = std::any_of(libraries.begin(), libraries.end(),
                                      [&](void* library) { return ::dlsym(library, name.c_str()) != nullptr; });
    if (!is_found && !is_sanitizer) missing.push_back(name);
  }
  if (missing.empty()) return;
  trial.fail(fmt::format("no library that it names has {} (link with -Wl,-z,defs)", text::join(missing, ", ")));
}

// 2.36 -> 2036
int version_number(std::string_view text) {
  int major = 0;
  int minor = 0;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto parsed = std::from_chars(begin, end, major);
  if (parsed.ptr != end && *parsed.ptr == '.') std::from_chars(parsed.ptr + 1, end, minor);
  return major * 1000 + minor;
}

void c_library(Trial& trial) {
  constexpr std::string_view kPrefix = "GLIBC_";
  const std::string_view here = ::gnu_get_libc_version();
  for (const std::string& version : image_of(trial).versions) {
    if (!version.starts_with(kPrefix)) continue;
    const std::string_view needed = std::string_view(version).substr(kPrefix.size());
    if (version_number(needed) > version_number(here)) {
      trial.fail(fmt::format("needs glibc {}, this system has {}", needed, here));
    }
  }
}

void stack(Trial& trial) {
  const Status safe = refuse_executable_stack(demands_of(trial), trial.subject.entry.library_path);
  if (!safe.has_value()) trial.fail(reason_of(safe.error()) + " (link with -Wl,-z,noexecstack)");
}

void hardening(Trial& trial) {
  const ElfImage image = image_of(trial);
  if (!image.has_relro) trial.warn("has no RELRO segment (link with -Wl,-z,relro)");
  if (!image.is_bound_now) trial.warn("binds its symbols lazily (link with -Wl,-z,now)");
}

void licence(Trial& trial) {
  const PluginEntry& entry = trial.subject.entry;
  if (!entry.manifest.license.empty()) return;
  const auto files = io::make_disk_file_system();
  for (const char* name : {"LICENSE", "LICENSE.txt", "LICENCE", "COPYING"}) {
    const auto info = files->stat(io::join_path(entry.directory, name));
    if (info.has_value() && info->kind == io::FileKind::kRegular) return;
  }
  trial.warn("`license` is missing in plugin.json, and no LICENSE file lies beside it");
}

void config_schema(Trial& trial) {
  const PluginManifest& manifest = trial.subject.entry.manifest;
  if (manifest.config_schema.empty()) return trial.skip("plugin.json names no `config_schema`");
  const auto files = io::make_disk_file_system();
  const auto text = files->read(io::join_path(trial.subject.entry.directory, manifest.config_schema));
  if (!text.has_value()) return trial.fail(text.error().to_string());
  const auto schema = JsonSchema::parse(*text);
  if (!schema.has_value()) return trial.fail(schema.error().to_string());
  const auto document = parse_json(*text);
  const json::object* root = document->if_object();
  const json::array* examples = root == nullptr ? nullptr : get_array(*root, "examples");
  for (std::size_t i = 0; examples != nullptr && i < examples->size(); ++i) {
    for (const SchemaProblem& problem : schema->problems((*examples)[i])) {
      trial.fail(fmt::format("examples[{}]{}{}: {}", i, problem.path.empty() ? "" : ".", dotted_path(problem.path),
                             problem.message));
    }
  }
}

constexpr std::array kChecks{
    CheckFunction{"static.manifest", manifest},
    CheckFunction{"static.checksum", checksum},
    CheckFunction{"static.preflight", preflight},
    CheckFunction{"static.one-export", one_export},
    CheckFunction{"static.symbols", symbols},
    CheckFunction{"static.dependencies", dependencies},
    CheckFunction{"static.c-library", c_library},
    CheckFunction{"static.stack", stack},
    CheckFunction{"static.hardening", hardening},
    CheckFunction{"static.licence", licence},
    CheckFunction{"static.config-schema", config_schema},
};

}  // namespace

std::span<const CheckFunction> static_checks() { return kChecks; }

}  // namespace floe::conformance
