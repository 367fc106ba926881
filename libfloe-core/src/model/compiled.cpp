#include "model/compiled.hpp"

#include "base/io/file_system.hpp"

namespace floe::compile {

std::string dbt_project_prefix(const Compiled& compiled) {
  if (!compiled.dbt_project) return "";
  const std::string path = io::relative_path(compiled.dbt_project->directory, compiled.project_root);
  return path.empty() || path == "." ? "" : path + "/";
}

}  // namespace floe::compile
