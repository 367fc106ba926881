#include "model/compiled.hpp"

#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

namespace floe::compile {

std::vector<std::string> written_tables(const IngestionSource& source) {
  std::vector<std::string> tables{text::join(source.table, ".")};
  if (source.bad_rows == BadRows::kRejects) tables.push_back(tables.front() + "_rejects");
  return tables;
}

std::string qualified_name(const Compiled& compiled) {
  return (compiled.domain ? *compiled.domain + "." : "") + compiled.product_name;
}

std::string dbt_project_prefix(const Compiled& compiled) {
  if (!compiled.dbt_project) return "";
  const std::string path = io::relative_path(compiled.dbt_project->directory, compiled.project_root);
  return path.empty() || path == "." ? "" : path + "/";
}

}  // namespace floe::compile
