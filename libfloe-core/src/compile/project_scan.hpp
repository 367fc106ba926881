// governance.secret_scanning: the files of a project as a policy of the compile.
#pragma once

#include "compile/inputs.hpp"
#include "config/platform_manifest.hpp"
#include "rules/policy/policy.hpp"

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::compile {

// FLOE-E0732 for every secret in the clear in `files` (paths relative to `root`); a verdict per file. No message holds
// a value.
Result<std::vector<policy::Verdict>> scan_project(const config::SecretScanning& scanning, const std::string& root,
                                                  const std::map<std::string, std::string>& inputs,
                                                  io::FileSystem& files);

}  // namespace floe::compile
