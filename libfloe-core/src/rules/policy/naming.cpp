// Model names: a layer prefix and snake_case, or one of the platform's own patterns.
#include "rules/policy/policy.hpp"

#include "base/text/pattern.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::policy {
namespace {

bool is_snake_case(std::string_view rest) {
  if (rest.empty() || rest[0] < 'a' || rest[0] > 'z') return false;
  return std::all_of(rest.begin(), rest.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// Those of the manifest that can be read; it was checked before.
std::vector<text::Pattern> read_patterns(const config::PlatformManifest& manifest) {
  std::vector<text::Pattern> out;
  for (const std::string& text : manifest.naming_patterns) {
    if (auto pattern = text::Pattern::parse(text)) out.push_back(std::move(*pattern));
  }
  return out;
}

bool is_valid_name(const config::PlatformManifest& manifest, const std::vector<text::Pattern>& patterns,
                   const std::string& name) {
  if (!manifest.naming_patterns.empty()) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const text::Pattern& pattern) { return pattern.begins(name, false); });
  }
  const config::Layer* layer = layer_of(manifest, name);
  return layer != nullptr && is_snake_case(std::string_view(name).substr(layer->prefix.size()));
}

// `stg_payments` -> `bronze_payments`: the part after a foreign prefix under the first layer's.
std::string suggested_name(const config::PlatformManifest& manifest, const std::string& name) {
  if (manifest.layers.empty()) return "";
  const config::Layer* layer = layer_of(manifest, name);
  const std::string& prefix = layer != nullptr ? layer->prefix : manifest.layers.front().prefix;
  std::string rest = name;
  if (layer != nullptr) {
    rest = name.substr(prefix.size());
  } else if (const auto underscore = name.find('_'); underscore != std::string::npos && underscore <= 4) {
    rest = name.substr(underscore + 1);
  }
  std::string snake;
  for (const char c : rest)
    snake += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : (c == '-' ? '_' : c);
  return is_snake_case(snake) ? prefix + snake : "";
}

}  // namespace

std::string expected_names(const config::PlatformManifest& manifest) {
  std::string out;
  if (!manifest.naming_patterns.empty()) {
    for (std::size_t i = 0; i < manifest.naming_patterns.size(); ++i) {
      out += fmt::format("{}`{}`", i == 0 ? "" : " or ", manifest.naming_patterns[i]);
    }
    return "a name that matches " + out;
  }
  const auto& layers = manifest.layers;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const bool is_last = i + 1 == layers.size();
    const char* separator = i == 0 ? "" : (is_last ? (layers.size() > 2 ? ", or " : " or ") : ", ");
    out += fmt::format("{}{}*", separator, layers[i].prefix);
  }
  return out + " prefix";
}

namespace {

// What would be right for a name that is not.
std::string expected_name(const config::PlatformManifest& manifest, const std::string& name) {
  const config::Layer* layer = manifest.naming_patterns.empty() ? layer_of(manifest, name) : nullptr;
  if (layer == nullptr) return expected_names(manifest);
  return fmt::format("{}* with a lower-case letter, then letters, digits and underscores", layer->prefix);
}

}  // namespace

namespace {

// Readers of the catalog know a table by its name there: an alias says no other layer than the model's name does.
bool is_valid_alias(const config::PlatformManifest& manifest, const std::vector<text::Pattern>& patterns,
                    const Model& node) {
  if (!is_valid_name(manifest, patterns, node.table)) return false;
  return !node.unique_id.starts_with("model.") || layer_of(manifest, node.table) == layer_of(manifest, node.name);
}

bool has_alias(const Model& node) { return !node.table.empty() && node.table != node.name; }

void refuse_alias(PolicyRun& run, const Model& node) {
  const std::string kind = node.unique_id.substr(0, node.unique_id.find('.'));
  const config::Layer* layer = kind == "model" ? layer_of(run.manifest, node.name) : nullptr;
  const std::string expected = layer == nullptr ? expected_names(run.manifest) : layer->prefix + "* prefix";
  run.violate(node, fmt::format("has the alias `{}`, which violates the naming convention", node.table), expected,
              error_diagnostic("FLOE-E0701", "naming-convention",
                               fmt::format("{} `{}` has the alias `{}`, which violates the naming convention", kind,
                                           node.name, node.table))
                  .at(Span{node.file, 1, 1, 1, 1})
                  .note("expected: " + expected)
                  .help("leave `alias` out: the table is named as its file is"));
}

// Seeds and snapshots, whose own names are free.
void check_other_aliases(PolicyRun& run, const std::vector<text::Pattern>& patterns) {
  for (const Model& node : run.graph.other_nodes) {
    const bool is_table = node.unique_id.starts_with("seed.") || node.unique_id.starts_with("snapshot.");
    if (is_table && has_alias(node) && !is_valid_alias(run.manifest, patterns, node)) refuse_alias(run, node);
  }
}

}  // namespace

void check_naming(PolicyRun& run) {
  const std::vector<text::Pattern> patterns = read_patterns(run.manifest);
  for (const Model& model : run.graph.models) {
    if (is_valid_name(run.manifest, patterns, model.name)) {
      const bool is_fine = !has_alias(model) || is_valid_alias(run.manifest, patterns, model);
      is_fine ? run.pass(model) : refuse_alias(run, model);
      continue;
    }
    const std::string expected = expected_name(run.manifest, model.name);
    auto diagnostic = error_diagnostic("FLOE-E0701", "naming-convention",
                                       fmt::format("model `{}` violates the naming convention", model.name))
                          .at(Span{model.file, 1, 1, 1, 1})
                          .note("expected: " + expected);
    const std::string suggestion = suggested_name(run.manifest, model.name);
    if (const std::string package = package_of(run.graph, model); !package.empty()) {
      diagnostic.helps.push_back(
          fmt::format("it comes with package `{}`: build it in a product of its own, or switch it "
                      "off in dbt_project.yml (`models: {{{}: {{{}: {{+enabled: false}}}}}}`)",
                      package, package, model.name));
    } else if (!suggestion.empty()) {
      diagnostic.helps.push_back(
          fmt::format("rename the file to `{}.sql` and every ref('{}') with it", suggestion, model.name));
    }
    run.violate(model, "violates naming convention", expected, std::move(diagnostic));
  }
  check_other_aliases(run, patterns);
}

}  // namespace floe::policy
