// The plugins a manifest chooses, with what can be said about each before its library is opened.
#pragma once

#include "compile/compile.hpp"
#include "config/platform_manifest.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

namespace floe::compile {

// Puts the choices over the defaults in `compiled` and reports what is missing, denied or wrongly configured.
// `document` is the root of the manifest.
void choose_plugins(const config::PlatformManifest& manifest, const yaml::Node& document, CompilerHost& host,
                    Compiled* compiled, DiagnosticSink& sink);

// Reports what plugins need of others that `compiled` does not have, defaults included.
void check_plugins_together(const Compiled& compiled, CompilerHost& host, DiagnosticSink& sink);

}  // namespace floe::compile
