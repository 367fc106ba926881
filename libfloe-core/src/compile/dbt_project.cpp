#include "compile/dbt_project.hpp"

#include "model/relation.hpp"

#include "base/io/read_document.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::compile {
namespace {

constexpr const char* kProjectFile = "dbt_project.yml";

// dbt's own names for what is beside the models.
constexpr std::array<std::pair<const char*, const char*>, 5> kFolders{{{"seed-paths", "seeds"},
                                                                       {"test-paths", "tests"},
                                                                       {"macro-paths", "macros"},
                                                                       {"snapshot-paths", "snapshots"},
                                                                       {"analysis-paths", "analyses"}}};

// A folder within one of models has models, whatever its name is.
bool is_within_models(const std::string& folder, const std::vector<std::string>& model_paths) {
  return std::any_of(model_paths.begin(), model_paths.end(),
                     [&](const std::string& models) { return (folder + "/").starts_with(models + "/"); });
}

// The folders of this name that lie beside models, and in the folder of the product.
json::array folder_paths(const std::string& name, const std::vector<std::string>& model_paths) {
  std::vector<std::string> folders{name};
  for (const std::string& models : model_paths)
    folders.push_back(io::normalize_path(io::join_path(io::parent_path(models), name)));
  json::array out;
  for (const std::string& folder : folders) {
    const json::value entry(folder);
    if (is_within_models(folder, model_paths) || std::find(out.begin(), out.end(), entry) != out.end()) continue;
    out.push_back(entry);
  }
  return out;
}

// Of the transforms, relative to the product.
std::vector<std::string> model_paths_of(const ProjectLocation& location, const config::Product& product) {
  std::vector<std::string> paths;
  paths.reserve(product.transform_paths.size());
  for (const config::TransformPath& transform : product.transform_paths)
    paths.push_back(io::relative_path(io::normalize_path(io::join_path(location.root, transform.path)), location.root));
  return paths;
}

// JSON is YAML.
std::string minimal_project(const ProjectLocation& location, const config::Product& product) {
  std::string name;
  for (const char c : product.name)
    name += c == '-' ? '_' : c;
  if (name.front() >= '0' && name.front() <= '9') name.insert(0, 1, '_');
  const std::vector<std::string> paths = model_paths_of(location, product);
  json::object project{{"name", name}, {"config-version", 2}};
  for (const auto& [key, folder] : kFolders)
    project[key] = folder_paths(folder, paths);
  project["model-paths"] = json::array(paths.begin(), paths.end());
  project["packages-install-path"] = ".floe/cache/dbt_packages";
  return "# Made by floe from floe.yaml; write a dbt_project.yml beside it to take over.\n" + to_json(project) + "\n";
}

// A folder that holds `models` beside dbt's other folders is no folder of models, nor is that of the product.
class FolderCheck {
 public:
  FolderCheck(const ProjectLocation& location, io::FileSystem& files, DiagnosticSink& sink)
      : location_(location), files_(files), sink_(sink) {}

  Status check(const config::TransformPath& transform) {
    const std::string directory = io::normalize_path(io::join_path(location_.root, transform.path));
    const bool has_models = FLOE_TRY(is_directory(io::join_path(directory, "models")));
    if (directory != location_.root && !has_models) return ok();
    std::vector<std::string> others;
    for (const auto& [key, folder] : kFolders) {
      const std::string path = io::join_path(directory, folder);
      if (FLOE_TRY(is_directory(path))) others.push_back(io::relative_path(path, location_.root));
    }
    if (others.empty()) return ok();
    report(transform, io::relative_path(io::join_path(directory, "models"), location_.root), has_models, others);
    return ok();
  }

 private:
  Result<bool> is_directory(const std::string& path) {
    const io::FileInfo info = FLOE_TRY(files_.stat(path));
    return info.kind == io::FileKind::kDirectory;
  }

  void report(const config::TransformPath& transform, const std::string& models, bool has_models,
              const std::vector<std::string>& others) {
    const bool is_one = others.size() == 1;
    sink_.report(
        error_diagnostic("FLOE-E0308", "folders-among-models",
                         fmt::format("{} {} within the models of this transform, so {} files would be built as models",
                                     text::quoted_list(others), is_one ? "lies" : "lie", is_one ? "its" : "their"))
            .at(transform.span, "all that lies in it is a model")
            .help(has_models
                      ? fmt::format("write `path: {}`: dbt's folders beside it are read as what they are", models)
                      : fmt::format("move the models into `{0}/` and write `path: {0}`", models))
            .help("or write a dbt_project.yml that says what each folder holds"));
  }

  const ProjectLocation& location_;
  io::FileSystem& files_;
  DiagnosticSink& sink_;
};

class ProjectFinder {
 public:
  ProjectFinder(const ProjectLocation& location, const config::Product& product, io::FileSystem& files,
                DiagnosticSink& sink)
      : location_(location), product_(product), files_(files), sink_(sink) {
    if (!location.dbt_project_file.empty()) directory_ = location.root;
  }

  // "" when no transform lies in one, and the product's folder is none.
  Result<std::string> find() {
    for (const config::TransformPath& transform : product_.transform_paths)
      FLOE_TRY(transform.project.empty() ? find_above(transform) : take(transform));
    return directory_;
  }

 private:
  Result<bool> has_project_file(const std::string& directory) {
    return io::is_document(files_, io::join_path(directory, kProjectFile));
  }

  // `project: DIR`.
  Status take(const config::TransformPath& transform) {
    const std::string directory = io::normalize_path(io::join_path(location_.root, transform.project));
    if (FLOE_TRY(has_project_file(directory))) {
      set(directory, transform);
      return ok();
    }
    sink_.report(error_diagnostic("FLOE-E0307", "dbt-project-of-transform",
                                  fmt::format("there is no {} in `{}`", kProjectFile, transform.project))
                     .at(transform.span, "of this transform")
                     .help("write the folder of a dbt project, relative to this file"));
    return ok();
  }

  // Above the models, but inside the product.
  Status find_above(const config::TransformPath& transform) {
    std::string directory = io::normalize_path(io::join_path(location_.root, transform.path));
    while (directory.size() > location_.root.size()) {
      if (FLOE_TRY(has_project_file(directory))) {
        set(directory, transform);
        return ok();
      }
      directory = io::parent_path(directory);
    }
    return ok();
  }

  void set(const std::string& directory, const config::TransformPath& transform) {
    if (directory_.empty()) {
      directory_ = directory;
      first_ = transform.span;
    }
    if (directory == directory_) return;
    auto diagnostic = error_diagnostic("FLOE-E0307", "dbt-project-of-transform",
                                       fmt::format("a product has one dbt project, and this is in `{}`",
                                                   io::relative_path(directory, location_.root)))
                          .at(transform.span, "another project")
                          .help("make it a product of its own, or one dbt project of both");
    if (first_.valid()) {
      diagnostic.labels.push_back(
          {first_, fmt::format("in `{}`", io::relative_path(directory_, location_.root)), false});
    } else {
      diagnostic.notes.push_back(fmt::format("that of this product is the {} beside floe.yaml", kProjectFile));
    }
    sink_.report(std::move(diagnostic));
  }

  const ProjectLocation& location_;
  const config::Product& product_;
  io::FileSystem& files_;
  DiagnosticSink& sink_;
  std::string directory_;
  Span first_;
};

}  // namespace

Result<std::optional<DbtProject>> find_dbt_project(const ProjectLocation& location, const config::Product* product,
                                                   const std::string& state_directory, io::FileSystem& files,
                                                   DiagnosticSink& sink) {
  if (product == nullptr || product->transform_paths.empty()) {
    if (location.dbt_project_file.empty()) return std::optional<DbtProject>();
    return std::optional(DbtProject{location.root, std::nullopt});
  }
  const std::string found = FLOE_TRY(ProjectFinder(location, *product, files, sink).find());
  if (!found.empty()) return std::optional(DbtProject{found, std::nullopt});
  FolderCheck folders(location, files, sink);
  for (const config::TransformPath& transform : product->transform_paths)
    FLOE_TRY(folders.check(transform));
  const std::string file = io::join_path(state_directory, "cache/dbt_project.yml");
  FLOE_TRY(files.create_directories(io::parent_path(file)));
  FLOE_TRY(files.write_atomic(file, minimal_project(location, *product), io::Durability::kFast));
  return std::optional(DbtProject{location.root, file});
}

json::object dbt_request(const Compiled& compiled, std::int64_t threads) {
  json::object out{{"project_dir", compiled.dbt_project ? compiled.dbt_project->directory : ""},
                   {"target_path", compiled.target_path}};
  if (compiled.dbt_project && compiled.dbt_project->file) out["project_file"] = *compiled.dbt_project->file;
  out["profile_defaults"] = json::object{{"database", warehouse::kDatabase},
                                         {"schema", compiled.default_schema},
                                         {"type", compiled.plugins.at("compute").type},
                                         {"target", "dev"},
                                         {"threads", threads}};
  if (compiled.confinement) {
    out["confined"] = json::object{{"root", compiled.project_root},
                                   {"environment", json::value_from(compiled.confinement->environment)}};
  }
  return out;
}

Diagnostic in_product(const Compiled& compiled, Diagnostic finding) {
  const std::string prefix = dbt_project_prefix(compiled);
  for (Label& label : finding.labels) {
    std::string& file = label.span.file;
    const bool is_of_project = !file.empty() && !io::is_absolute_path(file) && !file.starts_with('<');
    if (is_of_project) file.insert(0, prefix);
  }
  return finding;
}

}  // namespace floe::compile
