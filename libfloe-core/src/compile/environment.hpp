// One environment of a product: which platform.yaml holds, and what it says put into the choices of the platform
// (design: configuration.md 1). The compiled artifact knows nothing of it.
#pragma once

#include "compile/compile.hpp"
#include "config/platform_environment.hpp"
#include "config/product.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>

namespace floe::compile {

struct Environment {
  config::Document document;
  config::PlatformEnvironment settings;
};

// The first of: the request's file, FLOE_PLATFORM_CONFIG, platform/<environment>/platform.yaml of the project,
// /etc/floe/platform.yaml. nullopt when there is none, or when it has errors (in the sink). FLOE-E0341 of kNotFound
// when a file that was asked for is not there, or the project has environments but not this one.
Result<std::optional<Environment>> find_environment(const CompileRequest& request, const Compiled& compiled,
                                                    CompilerHost& host, DiagnosticSink& sink);

// Puts the places over the configurations in `compiled`. `has_manifest`: the plugins are chosen, by it or by default,
// and a place for another one is FLOE-E0342; only what nobody chose is taken, as `is_of_environment`. Without a
// manifest the places choose. FLOE-E0343 for a profile that `product` names and the environment does not have.
// Configurations are checked again against the schemas of their plugins.
void bind_environment(const Environment& environment, const config::Product* product, bool has_manifest,
                      CompilerHost& host, Compiled* compiled, DiagnosticSink& sink);

// FLOE-E0321 where an environment switches off what the merged manifest has on: who compiles (`governance.rbac`,
// `security.authentication`) and the audit log.
void check_tightens(const Environment& environment, const yaml::Node& platform, DiagnosticSink& sink);

}  // namespace floe::compile
