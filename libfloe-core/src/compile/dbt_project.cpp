#include "compile/dbt_project.hpp"

#include "model/relation.hpp"

#include "base/io/read_document.hpp"

#include <fmt/format.h>

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
json::array folder_paths(const std::string& folder, const json::array& model_paths) {
  for (const json::value& path : model_paths) {
    const std::string_view models = to_view(path.get_string());
    if (models.empty() || models == "." || (folder + "/").starts_with(std::string(models) + "/")) return {};
  }
  return {json::value(folder)};
}

// JSON is YAML.
std::string minimal_project(const ProjectLocation& location, const config::Product& product) {
  std::string name;
  for (const char c : product.name)
    name += c == '-' ? '_' : c;
  if (name.front() >= '0' && name.front() <= '9') name.insert(0, 1, '_');
  json::array paths;
  for (const config::TransformPath& transform : product.transform_paths)
    paths.emplace_back(
        io::relative_path(io::normalize_path(io::join_path(location.root, transform.path)), location.root));
  json::object project{{"name", name}, {"config-version", 2}};
  for (const auto& [key, folder] : kFolders)
    project[key] = folder_paths(folder, paths);
  project["model-paths"] = std::move(paths);
  project["packages-install-path"] = ".floe/cache/dbt_packages";
  return "# Made by floe from floe.yaml; write a dbt_project.yml beside it to take over.\n" + to_json(project) + "\n";
}

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

Result<DbtProject> find_dbt_project(const ProjectLocation& location, const config::Product* product,
                                    const std::string& state_directory, io::FileSystem& files, DiagnosticSink& sink) {
  if (product == nullptr || product->transform_paths.empty())
    return DbtProject{location.dbt_project_file.empty() ? std::string() : location.root, ""};
  const std::string found = FLOE_TRY(ProjectFinder(location, *product, files, sink).find());
  if (!found.empty()) return DbtProject{found, ""};
  const std::string file = io::join_path(state_directory, "cache/dbt_project.yml");
  FLOE_TRY(files.create_directories(io::parent_path(file)));
  FLOE_TRY(files.write_atomic(file, minimal_project(location, *product), io::Durability::kFast));
  return DbtProject{location.root, file};
}

json::object dbt_request(const Compiled& compiled, std::int64_t threads) {
  json::object out{{"project_dir", compiled.dbt_project_directory}, {"target_path", compiled.target_path}};
  if (!compiled.dbt_project_file.empty()) out["project_file"] = compiled.dbt_project_file;
  out["profile_defaults"] = json::object{{"database", warehouse::kDatabase},
                                         {"schema", compiled.default_schema},
                                         {"type", compiled.plugins.at("compute").type},
                                         {"target", "dev"},
                                         {"threads", threads}};
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
