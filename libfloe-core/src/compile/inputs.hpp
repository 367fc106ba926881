// The files a compile depends on, and one hash over all of them.
#pragma once

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <map>
#include <string>
#include <vector>

namespace floe::compile {

struct Inputs {
  std::map<std::string, std::string> hashes;  // path relative to the project -> SHA-256
  // Environment variables that templates ask for, with what they hold: part of the key, never written anywhere.
  std::string environment_key;
  std::string source_hash;  // over names and hashes; what the artifact records
};

// `extra`: absolute paths of documents outside of the dbt project. `digests`: of documents that need not be files, by
// name.
Result<Inputs> collect_inputs(const std::string& project_root, const std::string& dbt_project,
                              const std::vector<std::string>& extra, const std::map<std::string, std::string>& digests,
                              io::FileSystem& files, const io::Environment& environment);

}  // namespace floe::compile
