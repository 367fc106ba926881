#include "config/platform_environment.hpp"

#include "schema/document_shapes.hpp"
#include "secrets/secret_scan.hpp"

#include "base/json/json.hpp"
#include "base/yaml/to_json.hpp"

#include <fmt/format.h>

namespace floe::config {
namespace {

// Both spellings of these are documented; the plugins are named with dashes. Others are called what they are called.
std::string plugin_name(std::string_view backend) {
  if (backend == "aws_secrets_manager") return "aws-secrets-manager";
  if (backend == "external_secrets") return "external-secrets";
  return std::string(backend);
}

// What a plugin gets of a reference: its name.
void drop_sources(json::value* value) {
  if (json::array* list = value->if_array()) {
    for (json::value& item : *list)
      drop_sources(&item);
  }
  json::object* object = value->if_object();
  if (object == nullptr) return;
  if (object->contains("secret_ref")) object->erase("source");
  for (auto& [key, member] : *object)
    drop_sources(&member);
}

Profile read_profile(const yaml::NodePtr& node) {
  Profile profile;
  profile.type = member_text(*node, "type");
  profile.type_span = node->get("type")->span;
  profile.node = node;
  json::value settings = yaml::to_json_value(*node);
  drop_sources(&settings);
  settings.as_object().erase("type");
  profile.settings = to_json(settings);
  return profile;
}

std::map<std::string, Profile> read_profiles(const yaml::Node& root, std::string_view key) {
  std::map<std::string, Profile> out;
  const yaml::NodePtr profiles = root.get(key);
  if (profiles == nullptr) return out;
  for (const yaml::Entry& entry : profiles->entries)
    out.emplace(entry.key, read_profile(entry.value));
  return out;
}

void read_security(const yaml::Node& security, PlatformEnvironment* environment) {
  const yaml::NodePtr backends = security.get("secret_backends");
  if (backends == nullptr) return;
  const yaml::NodePtr primary = backends->get("primary");
  environment->secrets = plugin_name(primary->text);
  environment->secrets_span = primary->span;
}

void check_authentication(const yaml::Node& security, DiagnosticSink& sink) {
  const yaml::NodePtr authentication = security.get("authentication");
  if (authentication == nullptr || member_text(*authentication, "method") != "oidc") return;
  if (authentication->find("oidc") != nullptr) return;
  sink.report(error_diagnostic("FLOE-E0203", "missing-key", "`security.authentication` with method `oidc` needs `oidc`")
                  .at(authentication->get("method")->span)
                  .help("write `oidc: {provider_url: ..., client_id: ...}`")
                  .addressed("security.authentication.oidc"));
}

// A reference may name its backend, which is the primary one: that is where it is resolved.
void check_sources(const yaml::Node& node, const PlatformEnvironment& environment, DiagnosticSink& sink) {
  for (const yaml::NodePtr& item : node.items)
    check_sources(*item, environment, sink);
  for (const yaml::Entry& entry : node.entries)
    check_sources(*entry.value, environment, sink);
  const yaml::NodePtr source = node.find("secret_ref") == nullptr ? nullptr : node.get("source");
  if (source == nullptr || plugin_name(source->text) == environment.secrets) return;
  auto diagnostic =
      error_diagnostic(
          "FLOE-E0207", "unsupported-key",
          fmt::format("the backend `{}` of a secret is not supported by this version of floe", source->text))
          .at(source->span, "it would be read from the primary backend")
          .help("remove it, or name this one as `security.secret_backends.primary`");
  if (environment.secrets_span.valid())
    diagnostic.labels.push_back({environment.secrets_span, "the primary one", false});
  sink.report(std::move(diagnostic));
}

// Without them it could be any document.
void check_head(const yaml::Node& root, DiagnosticSink& sink) {
  if (!root.is_mapping() || root.find("version") != nullptr || root.find("kind") != nullptr) return;
  sink.report(
      error_diagnostic("FLOE-E0203", "missing-key", "a platform environment needs `version` or `kind`")
          .at(yaml::head_span(root))
          .help("begin with `version: \"1.1.0\"`, or with `apiVersion: floe.dev/v1` and `kind: PlatformEnvironment`")
          .addressed("version"));
}

}  // namespace

std::optional<PlatformEnvironment> read_platform_environment(const Document& document, DiagnosticSink& sink) {
  if (document.root == nullptr) return std::nullopt;
  DiagnosticSink own;
  const yaml::Node& root = *document.root;
  check_head(root, own);
  check_shape(root, kPlatformEnvironmentShape, "", own);
  policy::scan_for_secrets(root, "", true, own);
  PlatformEnvironment environment;
  if (!own.has_errors()) {
    environment.storage = read_profiles(root, "storage");
    environment.catalogs = read_profiles(root, "catalogs");
    environment.compute = read_profiles(root, "compute");
    if (const yaml::NodePtr security = root.get("security")) {
      read_security(*security, &environment);
      check_authentication(*security, own);
    }
    check_sources(root, environment, own);
    if (const yaml::NodePtr observability = root.get("observability")) {
      environment.otlp_endpoint = member_text(*observability, "otlp_endpoint");
      environment.lineage_endpoint = member_text(*observability, "lineage_endpoint");
    }
  }
  const bool is_usable = !own.has_errors();
  sink.merge(std::move(own));
  if (!is_usable) return std::nullopt;
  return environment;
}

}  // namespace floe::config
