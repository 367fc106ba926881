// Preflight: what is checked about a library before the system's loader sees it, because the loader answers a damaged
// file with a signal or a sentence without a path. One checker per object format.
#pragma once

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace floe {

class ObjectFormat {
 public:
  virtual ~ObjectFormat() = default;
  // `path` is a regular file of `size` bytes; the error is a plugin diagnostic.
  virtual Status check(io::FileSystem& files, const std::string& path, std::uint64_t size) const = 0;
};

// ELF, class, machine, file type, segment and section extents, entry symbol in .dynsym.
std::unique_ptr<ObjectFormat> make_elf_format();
// The format of this platform; nullptr where there is no checker yet (the loader alone judges).
std::unique_ptr<ObjectFormat> make_host_format();

// Refuses a plugin.json that anybody may write, itself or through a directory from `root` to it, and one outside
// `root`: it says what the library may ask for.
Status preflight_manifest(io::FileSystem& files, const std::string& root, const std::string& path);

// Refuses a plugin whose folder, or whatever lies in it, anybody may write: a library loads what lies beside it, and a
// plugin in Python imports it. Of one in Python also a link that leaves `root`; of others links are left alone, as the
// folder may be the one where the library is built.
Status preflight_folder(io::FileSystem& files, const std::string& root, const std::string& directory,
                        std::string_view runtime);

// Refuses what is no regular file, a file or directory from `root` to `path` that anybody may write, and a path that
// leaves `root` through a link; then, for the runtime `native`, the format's checks.
Status preflight_library(io::FileSystem& files, const std::string& root, const std::string& path,
                         std::string_view runtime = "native");

}  // namespace floe
