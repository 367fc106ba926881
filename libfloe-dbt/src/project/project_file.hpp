// One dbt_project.yml.
#pragma once

#include "project/project.hpp"

#include <memory>
#include <string>

namespace floe::dbt {

struct ProjectFileContext {
  std::string root;          // directory
  std::string file;          // dbt_project.yml; "" = that of `root`
  std::string display_root;  // prefix of paths in diagnostics
  io::FileSystem* files = nullptr;
  const io::Environment* environment = nullptr;
  const io::Clock* clock = nullptr;
  Value cli_vars = Value::dict();
  Value target = Value::missing();
};

// The document as written; null (and a finding) when there is none.
yaml::NodePtr read_project_file(const ProjectFileContext& context, DiagnosticSink& sink);
// Rendered and checked.
std::unique_ptr<Project> load_project_file(const ProjectFileContext& context, DiagnosticSink& sink);

// `target` as templates see it.
Value target_value(const Target& target);

}  // namespace floe::dbt
