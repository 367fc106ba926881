// Folders of the user, which what runs in a project does not write (XDG Base Directory Specification).
#pragma once

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>

namespace floe::io {

// `floe` in the folder that `variable` names (XDG_CACHE_HOME), else in `in_home` (".cache") of HOME. Canonical; made
// when it is missing. kNotFound when there is no home; kPermission for one in `project_root`, which whoever writes the
// project writes.
Result<std::string> user_folder(const Environment& environment, const char* variable, const char* in_home,
                                const std::string& project_root, FileSystem& files);

}  // namespace floe::io
