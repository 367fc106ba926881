// pii_encryption: required. A column of class pii is masked by its model, or its table goes to encrypted storage
// (design: configuration.md 3).
#include "rules/policy/classification.hpp"
#include "rules/policy/policy.hpp"

#include "base/json/json.hpp"

#include <fmt/format.h>

namespace floe::policy {
namespace {

bool check_personal_columns(PolicyRun& run, const Model& model, const std::vector<ColumnClass>& columns) {
  bool is_fine = true;
  for (const ColumnClass& column : columns) {
    if (column.classification != "pii" || column.is_masked) continue;
    is_fine = false;
    const std::string problem = fmt::format("holds personal data in the clear: `{}`", column.name);
    Diagnostic diagnostic =
        error_diagnostic(
            "FLOE-E0751", "unprotected-pii",
            fmt::format("column `{}.{}` is of class pii and neither masked nor encrypted", model.name, column.name))
            .note("the platform demands it: `governance.pii_encryption: required`");
    if (column.path.size() > 1) diagnostic.notes.push_back("it comes from " + shown_path(column));
    run.violate(model, problem, "meta.masking on the column, or storage with encryption_at_rest",
                std::move(diagnostic)
                    .help(fmt::format("mask it in the model and say how: `- name: {}` with `meta: {{classification: "
                                      "pii, masking: sha256}}`",
                                      column.name)));
  }
  return is_fine;
}

}  // namespace

bool storage_encrypts(const config::PlatformManifest& manifest) {
  const auto storage = manifest.plugins.find("storage");
  if (storage == manifest.plugins.end()) return false;
  const auto config = parse_json_object(storage->second.config);
  return config && get_bool_or(*config, "encryption_at_rest", false);
}

void check_pii(PolicyRun& run) {
  const bool is_encrypted = storage_encrypts(run.manifest);
  const ColumnClasses classes = is_encrypted ? ColumnClasses() : classify(run.graph);
  for (const Model& model : run.graph.models) {
    if (is_encrypted || check_personal_columns(run, model, classes.at(model.unique_id))) run.pass(model);
  }
}

}  // namespace floe::policy
