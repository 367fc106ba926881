// What a compile reads before it looks at models: floe.yaml, the chain of platforms, the environment.
#pragma once

#include "compile/compile.hpp"
#include "compile/environment.hpp"
#include "config/document.hpp"
#include "config/machine_policy.hpp"
#include "config/platform_manifest.hpp"
#include "config/product.hpp"
#include "rules/inheritance/chain.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/result.hpp"

#include <optional>

namespace floe::compile {

struct Loaded {
  config::MachinePolicy machine;
  // False when nothing of the project is to be looked at further: it is not of the platform that the machine requires,
  // or a plugin is not approved, or stands in the place of one of floe's own, or dbt cannot keep to what an untrusted
  // project may see.
  bool is_trusted = true;
  ProjectLocation location;
  std::optional<config::Document> product_document;
  std::optional<inheritance::Chain> chain;
  std::optional<config::Product> product;
  std::optional<config::PlatformManifest> manifest;
  std::optional<Environment> environment;
  Compiled compiled;
};

// kData when a document has findings; what could be read is in `out` all the same.
Status load_documents(const CompileRequest& request, CompilerHost& host, DiagnosticSink& sink, Loaded* out);

// What a compile fails with whose findings are in the sink.
Error findings();

}  // namespace floe::compile
