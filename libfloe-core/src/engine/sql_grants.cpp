#include "engine/sql_grants.hpp"

#include "base/io/file_system.hpp"

#include <set>

namespace floe::run {
namespace {

// The folder that holds all files of a source, whose path may be a glob.
std::string folder_of(const std::string& path) { return io::parent_path(path.substr(0, path.find_first_of("*?["))); }

json::array sorted(const std::set<std::string>& folders) {
  json::array out;
  for (const std::string& folder : folders)
    out.emplace_back(folder);
  return out;
}

}  // namespace

json::object sql_grants(const compile::Compiled& compiled) {
  std::set<std::string> reads = {compiled.project_root};
  if (compiled.dbt_project) reads.insert(compiled.dbt_project->directory);
  std::set<std::string> own;
  if (auto warehouse = io::path_from_uri(compiled.warehouse_uri); warehouse.has_value()) own.insert(*warehouse);
  for (const compile::IngestionSource& source : compiled.ingestion)
    own.insert(folder_of(io::join_path(compiled.project_root, source.path)));
  std::set<std::string> writes;
  if (!compiled.platform_ref) writes.insert(io::join_path(compiled.project_root, "exports"));
  return {{"reads", sorted(reads)},
          {"writes", sorted(writes)},
          {"own", sorted(own)},
          {"reads_granted", compiled.platform_ref.has_value()}};
}

json::object sql_grants_of_compile(const compile::Compiled& compiled, const std::vector<std::string>& seeds) {
  std::set<std::string> own;
  for (const std::string& seed : seeds)
    own.insert(folder_of(seed));
  return {{"reads", json::array()},
          {"writes", json::array()},
          {"own", sorted(own)},
          {"only_queries", true},
          {"reads_granted", compiled.platform_ref.has_value()}};
}

}  // namespace floe::run
