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
};

// Of the product and its dbt project. `extra`: absolute paths of documents outside of the dbt project. `digests`: of
// documents that need not be files, by name.
Result<Inputs> collect_inputs(const Compiled& product, const std::vector<std::string>& extra,
                              const std::map<std::string, std::string>& digests, io::FileSystem& files);

// Adds what dbt opened when it parsed the project (absolute paths): it may look in more places than `collect_inputs`
// does. Profiles outside of the project are left out: where a home directory lies must not show in an artifact.
Status add_opened_files(const Compiled& product, const std::vector<std::string>& paths, io::FileSystem& files,
                        Inputs* inputs);

// One hash over what environment variables and files hold, and which names are in folders (paths that end with `/`), or
// that they are not there. `inputs` are of the project at `root`: what is known of them is not read again.
std::string digest_of_reads(const std::vector<std::string>& variables, const std::vector<std::string>& paths,
                            const Inputs& inputs, const std::string& root, const io::Environment& environment,
                            io::FileSystem& files);

}  // namespace floe::compile
