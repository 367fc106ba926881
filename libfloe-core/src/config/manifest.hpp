// manifest.yaml (kind: Manifest): what the platform team allows and chooses.
#pragma once

#include "compile/compiled.hpp"
#include "config/document.hpp"
#include "config/shape.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace floe::config {

enum class Enforcement : std::uint8_t { kOff, kWarn, kStrict };

std::string_view enforcement_name(Enforcement level);

struct Layer {
  std::string name;
  std::string prefix;
  std::vector<std::string> reads_from;  // layer names; empty = sources only
};

struct QualityGates {
  std::optional<std::int64_t> minimum_test_coverage;     // percent of declared columns
  std::map<std::string, std::int64_t> layer_thresholds;  // by layer name
  bool require_descriptions = false;
  bool require_column_descriptions = false;
  bool empty_models_count_as_covered = false;  // zero_column_coverage_behavior: report_100_percent
};

struct PlatformManifest {
  std::string name;
  std::string version;
  std::map<std::string, compile::PluginChoice> plugins;  // by category
  std::string pattern;                                   // medallion, kimball, data_vault, custom; "" = none
  Enforcement naming = Enforcement::kOff;
  std::vector<std::string> naming_patterns;  // custom: regular expressions
  Span naming_span;
  std::vector<Layer> layers;                    // of the pattern when the manifest lists none
  Enforcement policies = Enforcement::kStrict;  // of everything but naming
  QualityGates gates;
  bool has_gates = false;
  std::vector<std::string> denied_services;  // globs
  yaml::NodePtr governance;                  // as written, for the artifact
};

extern const Shape kManifestShape;

// nullopt when the document has errors; findings are in the sink.
std::optional<PlatformManifest> read_manifest(const Document& document, DiagnosticSink& sink);

}  // namespace floe::config
