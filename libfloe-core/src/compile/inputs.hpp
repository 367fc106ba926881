// The files a compile depends on, and one hash over all of them.
#pragma once

#include "model/compiled.hpp"

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <map>
#include <string>
#include <vector>

namespace floe::compile {

struct Inputs {
  std::map<std::string, std::string> hashes;  // path relative to the project -> SHA-256
  std::string source_hash;                    // over names and hashes; what the artifact records
  bool mentions_environment = false;          // env_var occurs in one of them
};

// Of the product and its dbt project. `extra`: absolute paths of documents outside of the dbt project. `digests`: of
// documents that need not be files, by name.
Result<Inputs> collect_inputs(const Compiled& product, const std::vector<std::string>& extra,
                              const std::map<std::string, std::string>& digests, io::FileSystem& files);

// One hash over what environment variables and files outside of the project hold, or that they are not there.
std::string digest_of_reads(const std::vector<std::string>& variables, const std::vector<std::string>& paths,
                            const io::Environment& environment, io::FileSystem& files);

}  // namespace floe::compile
