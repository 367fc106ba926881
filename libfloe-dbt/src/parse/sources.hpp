// Sources between schema yml and the manifest.
#pragma once

#include "parse/loader.hpp"

namespace floe::dbt {

struct PendingSource {
  const Project* project = nullptr;
  std::string original_file_path;
  std::string file;
  std::vector<std::string> fqn;  // with source and table name
  std::optional<std::string> unrendered_database, unrendered_schema;
  yaml::NodePtr table_node;
  Value source;  // rendered
  Value table;
};

}  // namespace floe::dbt
