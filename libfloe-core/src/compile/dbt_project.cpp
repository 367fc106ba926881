#include "compile/dbt_project.hpp"

namespace floe::compile {
namespace {

constexpr const char* kProjectFile = "dbt_project.yml";

Result<bool> has_project_file(const std::string& directory, io::FileSystem& files) {
  const io::FileInfo info = FLOE_TRY(files.stat(io::join_path(directory, kProjectFile)));
  return info.kind == io::FileKind::kRegular;
}

// A product that is only a folder of models gets the project file dbt wants.
Result<std::string> make_minimal_project(const ProjectLocation& location, const config::Product& product,
                                         const std::string& state_directory, io::FileSystem& files) {
  const std::string directory = io::join_path(state_directory, "cache/dbt_project");
  std::string name;
  for (const char c : product.name)
    name += c == '-' ? '_' : c;
  if (name.front() >= '0' && name.front() <= '9') name.insert(0, 1, '_');
  std::string text = "# Made by floe from floe.yaml; write a dbt_project.yml beside it to take over.\nname: " + name +
                     "\nconfig-version: 2\nmodel-paths:\n";
  for (const config::TransformPath& transform : product.transform_paths) {
    const std::string models = io::normalize_path(io::join_path(location.root, transform.path));
    text += "  - \"" + io::relative_path(models, directory) + "\"\n";
  }
  FLOE_TRY(files.create_directories(directory));
  FLOE_TRY(files.write_atomic(io::join_path(directory, kProjectFile), text, io::Durability::kFast));
  return directory;
}

}  // namespace

Result<std::string> find_dbt_project(const ProjectLocation& location, const config::Product* product,
                                     const std::string& state_directory, io::FileSystem& files) {
  if (!location.dbt_project_file.empty()) return location.root;
  if (product == nullptr || product->transform_paths.empty()) return std::string();
  for (const config::TransformPath& transform : product->transform_paths) {
    if (transform.project.empty()) continue;
    std::string directory = io::normalize_path(io::join_path(location.root, transform.project));
    if (FLOE_TRY(has_project_file(directory, files))) return directory;
  }
  // Above the models, but inside the product.
  for (const config::TransformPath& transform : product->transform_paths) {
    std::string directory = io::normalize_path(io::join_path(location.root, transform.path));
    while (directory.size() > location.root.size()) {
      if (FLOE_TRY(has_project_file(directory, files))) return directory;
      directory = io::parent_path(directory);
    }
  }
  return make_minimal_project(location, *product, state_directory, files);
}

std::string dbt_project_prefix(const Compiled& compiled) {
  const std::string path = io::relative_path(compiled.dbt_project_directory, compiled.project_root);
  return path.empty() || path == "." ? "" : path + "/";
}

std::string path_in_project(const Compiled& compiled, const std::string& file) {
  const std::string& root = compiled.project_root;
  return io::relative_path(io::normalize_path(io::join_path(root, file)), root);
}

}  // namespace floe::compile
