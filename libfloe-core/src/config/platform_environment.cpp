#include "config/platform_environment.hpp"

#include "policy/secret_scan.hpp"

#include "base/json/json.hpp"
#include "base/yaml/to_json.hpp"

#include <algorithm>

namespace floe::config {
namespace {

Profile read_profile(const yaml::NodePtr& node) {
  Profile profile;
  profile.type = member_text(*node, "type");
  profile.type_span = node->get("type")->span;
  profile.node = node;
  json::object settings = yaml::to_json_value(*node).as_object();
  settings.erase("type");
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
  environment->secrets = primary->text;
  // The mission writes aws_secrets_manager; plugins are named with dashes.
  std::replace(environment->secrets.begin(), environment->secrets.end(), '_', '-');
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
