#include "engine/bindings.hpp"

#include "compile/requirements.hpp"
#include "plugin/plugin_error.hpp"
#include "secrets/secret_scan.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

// The path of a member that is a secret in the clear; "" when there is none.
std::string find_secret(const json::value& value, const std::string& key, const std::string& path) {
  if (value.is_string()) return policy::is_plain_secret(key, to_view(value.get_string())) ? path : "";
  if (const json::object* object = value.if_object()) {
    for (const auto& [name, member] : *object) {
      const std::string below(name);
      if (below == "secret_refs") continue;  // names of secrets, which is what a binding should have
      std::string found = find_secret(member, below, path.empty() ? below : fmt::format("{}.{}", path, below));
      if (!found.empty()) return found;
    }
  }
  if (const json::array* list = value.if_array()) {
    for (const json::value& item : *list) {
      std::string found = find_secret(item, key, path);
      if (!found.empty()) return found;
    }
  }
  return {};
}

void copy_texts(const json::object& from, std::initializer_list<const char*> keys, json::object& to) {
  for (const char* key : keys) {
    if (const auto value = get_string(from, key)) to[key] = *value;
  }
}

// shared/catalog_binding from what a catalog says about itself.
json::object catalog_binding(const std::string& type, const json::object& description) {
  json::object out{{"name", get_string_or(description, "catalog_name", "floe")}, {"type", type}};
  json::object properties;
  if (const json::object* given = get_object(description, "client_properties")) {
    copy_texts(*given, {"uri", "warehouse"}, out);
    for (const auto& [key, value] : *given) {
      if (value.is_string()) properties[key] = value;
    }
  }
  out["properties"] = std::move(properties);
  return out;
}

// shared/compute_description from what a compute says about itself.
json::object compute_description(const std::string& type, const json::object& description) {
  json::object out{{"type", type}, {"dialect", get_string_or(description, "dialect", type)}};
  copy_texts(description, {"adapter_type", "database", "host", "http_path", "account"}, out);
  if (const auto version = get_string(description, "engine_version")) out["version"] = *version;
  if (const auto port = get_int(description, "port")) out["port"] = *port;
  return out;
}

}  // namespace

Status Bindings::may_open() const {
  if (!compiled_.confinement) return ok();
  return diagnostics_error(ErrorCode::kData,
                           error_diagnostic("FLOE-E0759", "untrusted-project",
                                            "a project whose writer is not trusted is compiled, and not executed")
                               .note("untrusted: " + compiled_.confinement->why)
                               .help("run it where its writer is trusted, after a review; FLOE_UNTRUSTED=0 says so"));
}

Result<Instance> Bindings::open(const std::string& category) {
  if (const auto found = opened_.find(category); found != opened_.end()) return found->second;
  FLOE_TRY(may_open());
  const auto choice = compiled_.plugins.find(category);
  if (choice == compiled_.plugins.end()) {
    return failf(ErrorCode::kInvalidConfig, "the platform chooses no plugin for `{}`", category);
  }
  const std::string group = compile::group_of_category(category);
  const PluginEntry* entry = FLOE_TRY(host_.registry().find(group, choice->second.type));
  const std::string config = FLOE_TRY(config_of(choice->second, *entry));
  Instance instance = FLOE_TRY(host_.open_bound_instance(*entry, choice->second.config, config, options_));
  opened_.emplace(category, instance);
  return instance;
}

Result<std::string> Bindings::config_of(const compile::PluginChoice& choice, const PluginEntry& entry) {
  if (entry.manifest.required_interfaces.empty()) return choice.config;
  json::object config = FLOE_TRY(parse_json_object(choice.config));
  json::object bindings;
  for (const std::string& needed : entry.manifest.required_interfaces) {
    const std::string other = compile::category_of_interface(needed);
    const auto binding = of(other);
    // An interface without a binding is only there to be there; the compiler has looked.
    if (!binding.has_value() && binding.error().code == ErrorCode::kUnsupported) continue;
    const std::string text = FLOE_TRY(binding);
    bindings[other] = FLOE_TRY(parse_json(text));
  }
  config["bindings"] = std::move(bindings);
  return to_json(config);
}

Result<std::string> Bindings::of(const std::string& category) {
  if (const auto found = bindings_.find(category); found != bindings_.end()) return found->second;
  if (category != "storage" && category != "catalog" && category != "compute") {
    return failf(ErrorCode::kUnsupported, "plugins for `{}` have no binding", category);
  }
  const Instance instance = FLOE_TRY(open(category));
  std::string text = FLOE_TRY(ask(category, instance));
  const json::value binding = FLOE_TRY(parse_json(text));
  const std::string secret = find_secret(binding, "", "");
  if (!secret.empty()) {
    return plugin_error(
        PluginFault::kBindingSecret,
        fmt::format("{} plugin `{}` puts a secret into its binding, at `{}`: other plugins would get it", category,
                    instance.plugin().manifest.id, secret),
        instance.plugin().library_path);
  }
  bindings_.emplace(category, text);
  return text;
}

Result<std::string> Bindings::ask(const std::string& category, const Instance& instance) {
  const HostCall call = host_.make_call(options_);
  if (category == "storage") return instance.client<StorageClient>().binding(call.raw());
  const std::string& type = instance.plugin().manifest.name;
  if (category == "catalog") {
    const std::string text = FLOE_TRY(instance.client<CatalogClient>().describe(call.raw()));
    const json::object description = FLOE_TRY(parse_json_object(text));
    return to_json(catalog_binding(type, description));
  }
  const std::string text = FLOE_TRY(instance.client<ComputeClient>().describe(call.raw()));
  json::object description = compute_description(type, FLOE_TRY(parse_json_object(text)));
  for (const std::string& needed : instance.plugin().manifest.required_interfaces) {
    const std::string other = compile::category_of_interface(needed);
    if (other == "storage" || other == "catalog") {
      const std::string binding = FLOE_TRY(of(other));
      description[other] = FLOE_TRY(parse_json(binding));
    }
  }
  return to_json(description);
}

}  // namespace floe::run
