// The files of one project by what they are for, as dbt's reader sorts them.
#pragma once

#include "project/project.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/file_system.hpp"

#include <string>
#include <vector>

namespace floe::dbt {

struct ProjectFile {
  std::string absolute;
  std::string searched;  // `models`
  std::string relative;  // below it: `staging/a.sql`
  std::string original;  // `models/staging/a.sql`
};

struct ProjectFiles {
  std::vector<ProjectFile> macros, models, python_models, snapshots, analyses, singular_tests, generic_tests, seeds,
      docs, schemas;
};

// Missing directories are empty ones. Sorted by path within each search directory. What has the name of a source and is
// no file is among them: reading it says so.
ProjectFiles find_project_files(const Project& project, io::FileSystem& files, DiagnosticSink& sink);

}  // namespace floe::dbt
