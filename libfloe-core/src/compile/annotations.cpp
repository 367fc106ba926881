#include "compile/annotations.hpp"

#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::compile {
namespace {

// `model.shop.orders` -> `orders`
std::string name_of_id(const std::string& unique_id) { return unique_id.substr(unique_id.rfind('.') + 1); }

// `subject` as people know it: "model `orders`".
void check_compute(const std::string& subject, const std::string& said, const std::string& compute, const Span& span,
                   DiagnosticSink& sink) {
  if (said.empty() || said == compute) return;
  sink.report(error_diagnostic("FLOE-E0348", "compute-of-a-model",
                               fmt::format("{} says compute `{}`, the platform `{}`", subject, said, compute))
                  .at(span)
                  .note("the compute is set once, by the platform")
                  .help("remove `compute`"));
}

void check_reads(const config::ModelAnnotation& annotation, const policy::Model& model, DiagnosticSink& sink) {
  std::vector<std::string> inputs;
  inputs.reserve(model.inputs.size());
  for (const std::string& id : model.inputs)
    inputs.push_back(name_of_id(id));
  for (const config::NamedPlace& said : annotation.reads) {
    if (std::find(inputs.begin(), inputs.end(), said.name) != inputs.end()) continue;
    sink.report(error_diagnostic("FLOE-E0347", "contradicted-dependency",
                                 fmt::format("model `{}` does not read `{}`", model.name, said.name))
                    .at(said.span, "said here")
                    .note(inputs.empty() ? "its SQL reads nothing" : "its SQL reads " + text::join(inputs, ", "))
                    .help("remove it, or write ref() in the model: the dbt project says what depends on what"));
  }
}

bool has_model(const config::TransformPath& transform, const policy::Model& model) {
  return std::any_of(transform.globs.begin(), transform.globs.end(),
                     [&](const std::string& glob) { return text::matches_path_glob(glob, model.file); });
}

// Schedules and sensors start transforms: a model of none is built only when everything is.
void report_models_of_none(const std::vector<config::TransformPath>& transforms, const policy::ModelGraph& graph,
                           const std::string& prefix, DiagnosticSink& sink) {
  std::vector<std::string> folders;
  for (const config::TransformPath& transform : transforms) {
    if (transform.globs.empty()) folders.push_back(io::normalize_path(transform.path));
  }
  std::vector<std::string> names;
  for (const policy::Model& model : graph.models) {
    if (!policy::package_of(graph, model).empty()) continue;  // a package belongs to no transform
    const std::string path = io::normalize_path(prefix + model.file);
    const bool is_in_folder = std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) {
      return folder == "." || path.starts_with(folder + "/");
    });
    const bool is_in_one =
        is_in_folder || std::any_of(transforms.begin(), transforms.end(),
                                    [&](const auto& transform) { return has_model(transform, model); });
    if (!is_in_one) names.push_back(model.name);
  }
  if (names.empty()) return;
  const std::string others =
      names.size() == 1 ? " is" : fmt::format(" and {} are", text::counted(std::ssize(names) - 1, "more model"));
  sink.report(warning_diagnostic("FLOE-W1306", "model-without-transform",
                                 fmt::format("model `{}`{} in no transform", names.front(), others))
                  .at(transforms.front().span, "not here, nor in another one")
                  .note("`floe run` builds it all the same; a schedule or sensor that names transforms never does")
                  .help("name its folder as the `path` of a transform, or its file among the `models` of one"));
}

}  // namespace

void check_annotations(const std::vector<config::ModelAnnotation>& annotations, const policy::ModelGraph& graph,
                       const std::string& compute, DiagnosticSink& sink) {
  std::vector<std::string> known;
  known.reserve(graph.models.size());
  for (const policy::Model& model : graph.models)
    known.push_back(model.name);
  for (const config::ModelAnnotation& annotation : annotations) {
    const auto model = std::find_if(graph.models.begin(), graph.models.end(),
                                    [&](const policy::Model& candidate) { return candidate.name == annotation.model; });
    check_compute(fmt::format("model `{}`", annotation.model), annotation.compute, compute, annotation.span, sink);
    if (model != graph.models.end()) {
      check_reads(annotation, *model, sink);
      continue;
    }
    auto diagnostic = error_diagnostic("FLOE-E0346", "annotation-without-model",
                                       fmt::format("there is no dbt model `{}`", annotation.model))
                          .at(annotation.span)
                          .note("transforms of a FloeSpec annotate models of the dbt project");
    if (const auto near = text::nearest(annotation.model, known))
      diagnostic.helps.push_back(fmt::format("write `{}`", *near));
    sink.report(std::move(diagnostic));
  }
}

void check_models_of_transforms(const std::vector<config::TransformPath>& transforms, const policy::ModelGraph& graph,
                                const std::string& prefix, DiagnosticSink& sink) {
  bool is_complete = !transforms.empty();
  for (const config::TransformPath& transform : transforms) {
    for (const std::string& glob : transform.globs) {
      const bool is_there = std::any_of(graph.models.begin(), graph.models.end(), [&](const policy::Model& model) {
        return text::matches_path_glob(glob, model.file);
      });
      if (is_there) continue;
      is_complete = false;
      sink.report(error_diagnostic("FLOE-E0306", "models-not-found", fmt::format("no model matches `{}`", glob))
                      .at(transform.span, "refers to nothing")
                      .help("write a path of models, relative to the dbt project: models/orders/*.sql"));
    }
  }
  if (is_complete) report_models_of_none(transforms, graph, prefix, sink);
}

void check_computes(const std::vector<config::TransformPath>& transforms, const std::string& compute,
                    DiagnosticSink& sink) {
  for (const config::TransformPath& transform : transforms) {
    const std::string subject = transform.name.empty() ? fmt::format("transform of `{}`", transform.path)
                                                       : fmt::format("transform `{}`", transform.name);
    check_compute(subject, transform.compute.name, compute, transform.compute.span, sink);
  }
}

}  // namespace floe::compile
