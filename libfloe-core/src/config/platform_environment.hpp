// platform.yaml (version, or kind PlatformEnvironment): where things are in one environment, and how to log in there.
// It names plugins only to say which of them a place belongs to, and never holds a secret (design:
// configuration.md 1.2).
#pragma once

#include "config/document.hpp"
#include "schema/shape.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

#include <map>
#include <optional>
#include <string>

namespace floe::config {

// A named place: `storage.default`.
struct Profile {
  std::string type;  // of the plugin it is for
  std::string
      settings;  // JSON object for the plugin's configuration, over what the manifest says; secrets as references
  Span type_span;
  yaml::NodePtr node;
};

struct PlatformEnvironment {
  std::map<std::string, Profile> storage;  // by profile name
  std::map<std::string, Profile> catalogs;
  std::map<std::string, Profile> compute;
  std::string secrets;  // plugin of security.secret_backends.primary; "" = not said
  Span secrets_span;
  std::string otlp_endpoint;
  std::string lineage_endpoint;
};

// nullopt when the document has errors; findings are in the sink. A secret in plain text is one of them.
std::optional<PlatformEnvironment> read_platform_environment(const Document& document, DiagnosticSink& sink);

}  // namespace floe::config
