// Descriptions: every model, and where the platform asks every column, says what it is.
#include "rules/policy/policy.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::policy {
namespace {

// Text that fills the field without saying anything.
bool is_filler(std::string_view description) {
  static constexpr std::array<std::string_view, 11> kFillers{"tbd",  "fixme", "xxx", "hack", "wip",        "n/a",
                                                             "none", "-",     "..",  "...",  "description"};
  static constexpr std::array<std::string_view, 9> kOpenings{
      "add description", "fill in",     "description pending", "to be completed", "needs description",
      "placeholder",     "coming soon", "work in progress",    "update later"};
  const std::string word = text::to_lower_ascii(text::trim(description));
  const auto opens = [&](std::string_view opening) { return word.starts_with(opening); };
  if (word == std::string("to") + "do" || std::any_of(kOpenings.begin(), kOpenings.end(), opens)) return true;
  for (const std::string_view filler : kFillers) {
    if (word == filler) return true;
  }
  return false;
}

enum class State : std::uint8_t { kFine, kMissing, kFiller };

State state_of(const std::string& description) {
  if (text::trim(description).empty()) return State::kMissing;
  return is_filler(description) ? State::kFiller : State::kFine;
}

bool check_model(PolicyRun& run, const Model& model) {
  if (!run.manifest.gates.require_descriptions) return true;
  const State state = state_of(model.description);
  if (state == State::kFine) return true;
  const std::string problem = state == State::kMissing ? "has no description"
                                                       : fmt::format("has a description that says nothing: `{}`",
                                                                     text::trim(model.description));
  std::string message = fmt::format("model `{}` {}", model.name, problem);
  auto diagnostic = state == State::kMissing ? error_diagnostic("FLOE-E0721", "model-description", std::move(message))
                                             : error_diagnostic("FLOE-E0723", "filler-description", std::move(message));
  run.violate(model, problem, "a description in its .yml file",
              std::move(diagnostic)
                  .help(fmt::format("in a .yml file of the models: `- name: {}` with `description: ...`", model.name)),
              run.manifest.gates.action);
  return false;
}

bool check_columns(PolicyRun& run, const Model& model) {
  if (!run.manifest.gates.require_column_descriptions) return true;
  std::string missing;
  for (const ModelColumn& column : model.columns) {
    if (state_of(column.description) != State::kFine) {
      missing += fmt::format("{}`{}`", missing.empty() ? "" : ", ", column.name);
    }
  }
  if (missing.empty()) return true;
  run.violate(model, "has columns without a description: " + missing, "a description for every declared column",
              error_diagnostic("FLOE-E0722", "column-description",
                               fmt::format("model `{}` has columns without a description: {}", model.name, missing))
                  .help("add `description:` under each of them in the model's .yml file"),
              run.manifest.gates.action);
  return false;
}

}  // namespace

void check_descriptions(PolicyRun& run) {
  for (const Model& model : run.graph.models) {
    const bool model_is_fine = check_model(run, model);
    const bool columns_are_fine = check_columns(run, model);
    if (model_is_fine && columns_are_fine) run.pass(model);
  }
}

}  // namespace floe::policy
