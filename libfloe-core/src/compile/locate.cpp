#include "compile/compile.hpp"

#include "base/fail.hpp"
#include "base/io/read_document.hpp"
#include "base/json/json.hpp"

namespace floe::compile {
namespace {

constexpr const char* kProductFile = "floe.yaml";
constexpr const char* kDbtProjectFile = "dbt_project.yml";

}  // namespace

Result<ProjectLocation> locate_project(const std::string& directory, io::FileSystem& files) {
  for (std::string current = directory;; current = io::parent_path(current)) {
    ProjectLocation found;
    found.root = current;
    found.state_directory = io::join_path(current, ".floe");
    const std::string product = io::join_path(current, kProductFile);
    const std::string dbt_project = io::join_path(current, kDbtProjectFile);
    if (FLOE_TRY(io::is_document(files, product))) found.product_file = product;
    const std::string misnamed = io::join_path(current, "floe.yml");
    if (found.product_file.empty() && FLOE_TRY(io::is_document(files, misnamed)))
      return failf(ErrorCode::kNotFound, "`{}` is not read: the document of a product is `{}`; rename it", misnamed,
                   kProductFile);
    if (FLOE_TRY(io::is_document(files, dbt_project))) found.dbt_project_file = dbt_project;
    if (!found.product_file.empty() || !found.dbt_project_file.empty()) return found;
    if (current.empty() || current == "/" || current == io::parent_path(current)) break;
  }
  return failf(ErrorCode::kNotFound,
               "there is no `{}` and no `{}` in `{}` or above; go to the project or say where it is with -C",
               kProductFile, kDbtProjectFile, directory);
}

std::map<std::string, PluginChoice> local_platform(const ProjectLocation& location) {
  const std::string warehouse = io::uri_from_path(io::join_path(location.state_directory, "warehouse"));
  const std::string catalog = io::join_path(location.state_directory, "catalog.db");
  std::map<std::string, PluginChoice> plugins;
  plugins["compute"] = {"duckdb", "{}", {}};
  plugins["catalog"] = {
      "sqlite", to_json(json::object{{"uri", catalog}, {"name", "floe"}, {"warehouse", warehouse}}), {}};
  plugins["storage"] = {"local", "{}", {}};
  plugins["dbt"] = {"native", "{}", {}};
  return plugins;
}

}  // namespace floe::compile
