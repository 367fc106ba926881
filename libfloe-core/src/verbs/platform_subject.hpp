// The platform that a verb is asked about. Include in .cpp files only.
#pragma once

#include "config/platform_manifest.hpp"
#include "engine/context.hpp"
#include "rules/inheritance/chain.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string>

namespace floe::run {

struct SubjectPlatform {
  inheritance::Chain chain;
  config::PlatformManifest manifest;  // the chain merged
};

// {"ref", "scope"}: a reference; without one the platform of the product here, else manifest.yaml. With a scope
// (enterprise, domain) a manifest of that scope, by default enterprise-manifest.yaml or domain-manifest.yaml;
// FLOE-E0115 for another one. kData when a compile against it would have findings
// (compile/examine_platform.hpp).
Result<SubjectPlatform> load_platform(Context& context, const json::object& request, DiagnosticSink& sink);

// The same of a reference that is written in `directory` (absolute).
Result<SubjectPlatform> load_platform(Context& context, const std::string& reference, const std::string& directory,
                                      const std::string& scope, DiagnosticSink& sink);

// FLOE-E0115 when the manifest that `reference` names is of another scope than the wanted one; "" = any is fine.
Status check_scope(Context& context, const std::string& reference, const std::string& directory,
                   const std::string& scope);

// The reference of the product in `directory` and the folder that it starts at; kInvalidArgument when it has none.
struct PlatformPlace {
  std::string reference;
  std::string directory;
};

Result<PlatformPlace> platform_of_product(Context& context, const std::string& directory);

// Only the manifests, also when they have findings.
Result<inheritance::Chain> load_manifests(Context& context, const std::string& reference, const std::string& directory,
                                          DiagnosticSink& sink);

}  // namespace floe::run
