// A manifest written in a test.
#pragma once

#include "config/document.hpp"
#include "config/platform_manifest.hpp"
#include "floe_test.hpp"

namespace floe {

struct ManifestText {
  yaml::NodePtr root;
  config::PlatformManifest manifest;
};

// The manifest that `yaml` is; it must be without problems.
inline ManifestText read_manifest_text(const std::string& yaml) {
  config::Document document{"/p/manifest.yaml", "manifest.yaml", yaml, nullptr};
  DiagnosticSink sink;
  yaml::ParseOptions options;
  options.file = "manifest.yaml";
  document.root = yaml::parse(yaml, options, sink);
  REQUIRE(config::check_manifest(&document, nullptr, sink));
  auto manifest = config::read_manifest(*document.root, sink);
  REQUIRE(manifest.has_value());
  return {document.root, std::move(*manifest)};
}

}  // namespace floe
