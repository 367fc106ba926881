// What a product says about models and transforms, against the models and the compute there are.
#pragma once

#include "config/product.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <string>
#include <vector>

namespace floe::compile {

// FLOE-E0346: an annotation of a model that there is not. FLOE-E0347: a model that does not read what is said of it.
// FLOE-E0348: another compute than the platform's. The dbt project is what is built: annotations never change it.
void check_annotations(const std::vector<config::ModelAnnotation>& annotations, const policy::ModelGraph& graph,
                       const std::string& compute, DiagnosticSink& sink);

// FLOE-E0306 for a glob of a transform that no model of the project matches, FLOE-W1306 for models of none.
// `prefix` leads from the product to its dbt project: "" or "dbt/".
void check_models_of_transforms(const std::vector<config::TransformPath>& transforms, const policy::ModelGraph& graph,
                                const std::string& prefix, DiagnosticSink& sink);

// FLOE-E0348 for a transform that names another compute than the platform's.
void check_computes(const std::vector<config::TransformPath>& transforms, const std::string& compute,
                    DiagnosticSink& sink);

}  // namespace floe::compile
