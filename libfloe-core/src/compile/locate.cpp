#include "compile/compile.hpp"

#include "base/fail.hpp"
#include "base/io/read_document.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <optional>

namespace floe::compile {
namespace {

constexpr const char* kProductFile = "floe.yaml";
constexpr const char* kDbtProjectFile = "dbt_project.yml";

bool is_misnamed(const std::string& name, std::string_view document) {
  return name != document && text::equals_ignore_case_ascii(name, document);
}

// A document whose name differs by case or ending is meant as one, and passing it over would leave its rules out.
Status check_names(const std::string& directory, const ProjectLocation& found, io::FileSystem& files) {
  const auto entries = files.list(directory);
  if (!entries) return ok();  // one may know the names in a folder that one may not list
  for (const io::DirectoryEntry& entry : *entries) {
    const bool is_product =
        is_misnamed(entry.name, kProductFile) || text::equals_ignore_case_ascii(entry.name, "floe.yml");
    const char* meant = nullptr;
    if (found.product_file.empty() && is_product) meant = kProductFile;
    if (found.dbt_project_file.empty() && is_misnamed(entry.name, kDbtProjectFile)) meant = kDbtProjectFile;
    if (meant == nullptr) continue;
    return failf(ErrorCode::kNotFound, "`{}` is not read: the document of a {} is `{}`; rename it",
                 io::join_path(directory, entry.name), meant == kProductFile ? "product" : "dbt project", meant);
  }
  return ok();
}

// What lies in one folder; nothing when neither document does.
Result<std::optional<ProjectLocation>> look_into(const std::string& directory, io::FileSystem& files) {
  ProjectLocation found;
  found.root = directory;
  found.state_directory = io::join_path(directory, ".floe");
  const std::string product = io::join_path(directory, kProductFile);
  const std::string dbt_project = io::join_path(directory, kDbtProjectFile);
  if (FLOE_TRY(io::is_document(files, product))) found.product_file = product;
  if (FLOE_TRY(io::is_document(files, dbt_project))) found.dbt_project_file = dbt_project;
  if (found.product_file.empty() || found.dbt_project_file.empty()) FLOE_TRY(check_names(directory, found, files));
  if (found.product_file.empty() && found.dbt_project_file.empty()) return std::optional<ProjectLocation>();
  return std::optional(std::move(found));
}

}  // namespace

Result<ProjectLocation> locate_project(const std::string& directory, io::FileSystem& files) {
  std::optional<ProjectLocation> dbt_project;  // the nearest one; a product above it says what holds for it
  for (std::string current = directory;; current = io::parent_path(current)) {
    auto found = FLOE_TRY(look_into(current, files));
    if (found && !found->product_file.empty()) {
      if (dbt_project) found->entered = dbt_project->root;
      return *std::move(found);
    }
    if (found && !dbt_project) dbt_project = std::move(found);
    if (current.empty() || current == "/" || current == io::parent_path(current)) break;
  }
  if (dbt_project) return *std::move(dbt_project);
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
