// Test coverage: declared columns that have a test, per model, against the platform's and the layer's minimum.
#include "rules/policy/policy.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::policy {
namespace {

struct Demand {
  std::int64_t percent = 0;
  std::string layer;  // "" = the platform's minimum
};

Demand demand_of(const config::PlatformManifest& manifest, const Model& model) {
  Demand demand{manifest.gates.minimum_test_coverage.value_or(0), ""};
  const config::Layer* layer = layer_of(manifest, model.name);
  if (layer == nullptr) return demand;
  const auto found = manifest.gates.layer_thresholds.find(layer->name);
  if (found != manifest.gates.layer_thresholds.end()) demand = {found->second, layer->name};
  return demand;
}

std::string untested_columns(const Model& model) {
  std::string out;
  for (const ModelColumn& column : model.columns) {
    if (!column.is_tested) out += fmt::format("{}`{}`", out.empty() ? "" : ", ", column.name);
  }
  return out;
}

// False when one of the tests that would be counted says nothing.
bool check_effects(PolicyRun& run, const Model& model) {
  bool is_fine = true;
  for (const ModelTest& test : model.tests) {
    if (test.without_effect.empty()) continue;
    is_fine = false;
    const std::string on = test.column.empty() ? "the model" : fmt::format("`{}`", test.column);
    run.violate(model, fmt::format("has a test without effect: `{}` on {}", test.name, on), "tests that can fail",
                error_diagnostic("FLOE-E0746", "test-without-effect",
                                 fmt::format("test `{}` on {} of model `{}` counts for nothing: {}", test.name, on,
                                             model.name, test.without_effect))
                    .note("coverage counts tests that can fail")
                    .help("give a test of your own another name, and a `where` that names a column"),
                run.manifest.gates.action);
  }
  return is_fine;
}

}  // namespace

void check_coverage(PolicyRun& run) {
  for (const Model& model : run.graph.models) {
    const Demand demand = demand_of(run.manifest, model);
    const bool has_effects = demand.percent == 0 || check_effects(run, model);
    const auto total = static_cast<std::int64_t>(model.columns.size());
    if (total == 0 && (run.manifest.gates.empty_models_count_as_covered || demand.percent == 0)) {
      run.pass(model);
      continue;
    }
    if (total == 0) continue;  // report_na: nothing to count
    const auto tested =
        std::count_if(model.columns.begin(), model.columns.end(), [](const ModelColumn& c) { return c.is_tested; });
    if (tested * 100 >= demand.percent * total) {
      if (has_effects) run.pass(model);
      continue;
    }
    const std::string problem =
        fmt::format("has tests on {} of {} ({}%)", tested, text::counted(static_cast<std::int64_t>(total), "column"),
                    tested * 100 / total);
    const std::string expected =
        fmt::format("at least {}%{}", demand.percent, demand.layer.empty() ? "" : " in layer " + demand.layer);
    std::string message = fmt::format("model `{}` {}", model.name, problem);
    auto diagnostic = demand.layer.empty() ? error_diagnostic("FLOE-E0711", "test-coverage", std::move(message))
                                           : error_diagnostic("FLOE-E0712", "layer-test-coverage", std::move(message));
    run.violate(model, problem, expected,
                std::move(diagnostic)
                    .note("expected: " + expected)
                    .help("add a test to one or more of " + untested_columns(model)),
                run.manifest.gates.action);
  }
}

}  // namespace floe::policy
