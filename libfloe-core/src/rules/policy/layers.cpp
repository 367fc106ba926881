// Layers: which models may read which.
#include "rules/policy/policy.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace floe::policy {
namespace {

std::string last_part(const std::string& unique_id) { return unique_id.substr(unique_id.rfind('.') + 1); }

std::string allowed_inputs(const config::Layer& layer) {
  if (layer.reads_from.empty()) return "raw sources and seeds";
  return "models of " + text::join(layer.reads_from, ", ");
}

// Why `layer` may not read `input`; "" when it may.
std::string forbidden(const config::PlatformManifest& manifest, const config::Layer& layer, const std::string& input) {
  const std::string name = last_part(input);
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

// The layer between: `layer` reads it, and it may read `input`. Null when there is none.
const config::Layer* layer_between(const config::PlatformManifest& manifest, const config::Layer& layer,
                                   const std::string& input) {
  for (const config::Layer& between : manifest.layers) {
    const bool is_read =
        std::find(layer.reads_from.begin(), layer.reads_from.end(), between.name) != layer.reads_from.end();
    if (is_read && between.name != layer.name && forbidden(manifest, between, input).empty()) return &between;
  }
  return nullptr;
}

// `bronze_orders` of layer bronze is `silver_orders` in layer silver.
std::string name_in(const config::Layer& layer, const config::Layer* read, std::string name) {
  if (read != nullptr && name.starts_with(read->prefix)) name.erase(0, read->prefix.size());
  return layer.prefix + name;
}

std::vector<std::string> prefixes_that_may_read(const config::PlatformManifest& manifest, const std::string& input) {
  std::vector<std::string> prefixes;
  for (const config::Layer& layer : manifest.layers) {
    if (forbidden(manifest, layer, input).empty()) prefixes.push_back(layer.prefix);
  }
  return prefixes;
}

// What the data team types.
std::string project_help(const config::PlatformManifest& manifest, const config::Layer& layer,
                         const std::string& input) {
  const std::string name = last_part(input);
  if (const config::Layer* between = layer_between(manifest, layer, input)) {
    const std::string made = name_in(*between, layer_of_id(manifest, input), name);
    return fmt::format("read `{}` in a model of layer {}, for example `models/{}.sql`, and write `ref('{}')` here",
                       name, between->name, made, made);
  }
  const std::vector<std::string> prefixes = prefixes_that_may_read(manifest, input);
  if (prefixes.empty()) return fmt::format("no layer may read `{}`", name);
  return fmt::format("models that may read `{}` begin with {}; rename this one", name, text::quoted_list(prefixes));
}

// What the platform team types; "" for a raw source: a layer reads those, or models of layers.
std::string platform_help(const config::PlatformManifest& manifest, const config::Layer& layer,
                          const std::string& input) {
  const config::Layer* read = input.starts_with("model.") ? layer_of_id(manifest, input) : nullptr;
  if (read == nullptr) return "";
  std::vector<std::string> allowed = layer.reads_from;
  allowed.push_back(read->name);
  return fmt::format(
      "the platform team allows it in `manifest.yaml`: under `data_architecture.layers`, "
      "`{{name: {}, prefix: {}, reads_from: [{}]}}`",
      layer.name, layer.prefix, text::join(allowed, ", "));
}

// What nodes count as whose names need say no layer: snapshots, and models of packages. A model of a package is of the
// layer of its name when it keeps the rules of that; all others are what they derive from.
class Origins {
 public:
  Origins(const config::PlatformManifest& manifest, const ModelGraph& graph) : manifest_(manifest) {
    for (const Model& node : graph.other_nodes)
      nodes_.emplace(node.unique_id, &node);
    for (const Model& model : graph.models) {
      if (!package_of(graph, model).empty()) nodes_.emplace(model.unique_id, &model);
    }
  }

  // Unique ids of sources, seeds and models: `input` itself, or what it was made from.
  std::set<std::string> of(const std::string& input) {
    const auto node = nodes_.find(input);
    const bool is_made = input.starts_with("snapshot.") || input.starts_with("model.");
    if (node == nodes_.end() || !is_made || !visiting_.insert(input).second) return {input};
    std::set<std::string> made_of;
    for (const std::string& below : node->second->inputs)
      made_of.merge(of(below));
    visiting_.erase(input);
    return keeps_layer(input, made_of) ? std::set<std::string>{input} : made_of;
  }

 private:
  [[nodiscard]] bool keeps_layer(const std::string& input, const std::set<std::string>& made_of) const {
    const config::Layer* layer = input.starts_with("model.") ? layer_of_id(manifest_, input) : nullptr;
    return layer != nullptr && std::all_of(made_of.begin(), made_of.end(), [&](const std::string& origin) {
             return forbidden(manifest_, *layer, origin).empty();
           });
  }

  const config::PlatformManifest& manifest_;
  std::map<std::string, const Model*> nodes_;
  std::set<std::string> visiting_;
};

// `reads the raw source `orders``, or through what.
std::string problem_of(const config::PlatformManifest& manifest, const config::Layer& layer, const std::string& input,
                       const std::string& origin) {
  std::string problem = forbidden(manifest, layer, origin);
  if (problem.empty() || origin == input) return problem;
  const bool is_snapshot = input.starts_with("snapshot.");
  return fmt::format("reads {} `{}`, which {}", is_snapshot ? "snapshot" : "model", last_part(input), problem);
}

Diagnostic layer_finding(const config::PlatformManifest& manifest, const Model& model, const config::Layer& layer,
                         const std::string& input, const std::string& origin) {
  const auto place = model.input_spans.find(input);
  const bool is_placed = place != model.input_spans.end() && place->second.valid();
  Diagnostic found = error_diagnostic("FLOE-E0702", "layer-dependency",
                                      fmt::format("model `{}` of layer {} {}", model.name, layer.name,
                                                  problem_of(manifest, layer, input, origin)))
                         .at(is_placed ? place->second : Span{model.file, 1, 1, 1, 1})
                         .note(fmt::format("layer {} reads {}", layer.name, allowed_inputs(layer)))
                         .help(project_help(manifest, layer, origin));
  const std::string allowing = platform_help(manifest, layer, origin);
  return allowing.empty() ? found : std::move(found).help(allowing);
}

}  // namespace

void check_layers(PolicyRun& run) {
  Origins origins(run.manifest, run.graph);
  for (const Model& model : run.graph.models) {
    const config::Layer* layer = layer_of(run.manifest, model.name);
    if (layer == nullptr) continue;
    bool is_fine = true;
    for (const std::string& input : model.inputs) {
      for (const std::string& origin : origins.of(input)) {
        const std::string problem = problem_of(run.manifest, *layer, input, origin);
        if (problem.empty()) continue;
        is_fine = false;
        run.violate(model, problem, fmt::format("layer {} reads {}", layer->name, allowed_inputs(*layer)),
                    layer_finding(run.manifest, model, *layer, input, origin));
      }
    }
    if (is_fine) run.pass(model);
  }
}

}  // namespace floe::policy
