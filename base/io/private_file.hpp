// Files that nobody but their owner may read, from their first byte on.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace floe::io {

// On disk, with mode 0600. kAlreadyExists when there is something under that name; whole or not at all.
Status create_private_file(const std::string& path, std::string_view content);

}  // namespace floe::io
