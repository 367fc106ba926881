// What may be read of a project whose writer is not trusted: what lies in its folder, wherever links lead.
#pragma once

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>

namespace floe::io {

// kPermission for what lies outside of `folder`, or in a `.git` of it, which holds credentials. What is not there has
// no place; reading it fails by itself.
Status check_confined(FileSystem& files, const std::string& folder, const std::string& path);

}  // namespace floe::io
