// profiles.yml: target name, schema, threads and vars; everything else belongs to the platform.
#pragma once

#include "project/project.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"

namespace floe::dbt {

struct Profile {
  Target target;
  Value vars = Value::dict();
};

// `profile_name` is that of dbt_project.yml; empty: none. Without a profiles.yml the defaults stand.
Profile load_profile(const WorkspaceOptions& options, std::string_view profile_name, io::FileSystem& files,
                     const io::Environment& environment, DiagnosticSink& sink);

}  // namespace floe::dbt
