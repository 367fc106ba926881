#include "model/compiled.hpp"

#include "base/io/file_system.hpp"

namespace floe::compile {

std::string dbt_project_prefix(const Compiled& compiled) {
  const std::string path = io::relative_path(compiled.dbt_project_directory, compiled.project_root);
  return path.empty() || path == "." ? "" : path + "/";
}

}  // namespace floe::compile
