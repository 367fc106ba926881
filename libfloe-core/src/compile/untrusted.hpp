// Whether what is compiled was written by somebody whom the owners of this machine do not know: a change from a fork.
#pragma once

#include "config/machine_policy.hpp"
#include "model/compiled.hpp"

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>

namespace floe::compile {

// Why it is so, for people; nullopt when nothing says it. `is_asked`: by --untrusted. FLOE_UNTRUSTED is the next to
// say, either way; then the job: GITHUB_EVENT_PATH names a pull request of another repository, or
// CI_MERGE_REQUEST_SOURCE_PROJECT_ID is not CI_PROJECT_ID. An event that cannot be read says nothing good. None of them
// takes back what the machine demands.
Result<std::optional<std::string>> why_untrusted(bool is_asked, const config::MachinePolicy& machine,
                                                 const io::Environment& environment, io::FileSystem& files);

// The folder above `project_root`, or itself, that has a `.git`; else `project_root`.
Result<std::string> repository_of(const std::string& project_root, io::FileSystem& files);

// kPermission for a document that an untrusted project names outside of its repository: an excerpt would show it.
Status check_document(const Compiled& compiled, const std::string& path, io::FileSystem& files);

}  // namespace floe::compile
