// Layers: which models may read which.
#include "rules/policy/policy.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::policy {
namespace {

std::string allowed_inputs(const config::Layer& layer) {
  if (layer.reads_from.empty()) return "raw sources and seeds";
  std::string out;
  for (std::size_t i = 0; i < layer.reads_from.size(); ++i) {
    out += fmt::format("{}{}", i == 0 ? "" : ", ", layer.reads_from[i]);
  }
  return "models of " + out;
}

// Why `layer` may not read `input`; "" when it may.
std::string forbidden(const config::PlatformManifest& manifest, const config::Layer& layer, const std::string& input) {
  const std::string name = input.substr(input.rfind('.') + 1);
  if (input.starts_with("source.")) {
    return layer.reads_from.empty() ? "" : fmt::format("reads the raw source `{}`", name);
  }
  if (!input.starts_with("model.")) return "";
  const config::Layer* read = layer_of_id(manifest, input);
  if (read == nullptr) return "";  // a name without a layer is the naming policy's finding
  const bool is_allowed =
      std::find(layer.reads_from.begin(), layer.reads_from.end(), read->name) != layer.reads_from.end();
  return is_allowed ? "" : fmt::format("reads `{}` of layer {}", name, read->name);
}

}  // namespace

void check_layers(PolicyRun& run) {
  for (const Model& model : run.graph.models) {
    const config::Layer* layer = layer_of(run.manifest, model.name);
    if (layer == nullptr) continue;
    bool is_fine = true;
    for (const std::string& input : model.inputs) {
      const std::string problem = forbidden(run.manifest, *layer, input);
      if (problem.empty()) continue;
      is_fine = false;
      const auto place = model.input_spans.find(input);
      const bool is_placed = place != model.input_spans.end() && place->second.valid();
      const std::string expected = fmt::format("layer {} reads {}", layer->name, allowed_inputs(*layer));
      run.violate(model, problem, expected,
                  error_diagnostic("FLOE-E0702", "layer-dependency",
                                   fmt::format("model `{}` of layer {} {}", model.name, layer->name, problem))
                      .at(is_placed ? place->second : Span{model.file, 1, 1, 1, 1})
                      .note(expected));
    }
    if (is_fine) run.pass(model);
  }
}

}  // namespace floe::policy
