// Preflight: what is checked about a library before the system's loader sees it, because the loader answers a damaged
// file with a signal or a sentence without a path. One checker per object format.
#pragma once

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace floe {

// What a library asks of the process that loads it.
struct LibraryDemands {
  bool has_executable_stack = false;      // the loader then makes all stacks of the process executable
  std::vector<std::string> search_paths;  // where the loader looks for what it needs; `$ORIGIN` is its own folder
};

class ObjectFormat {
 public:
  virtual ~ObjectFormat() = default;
  // `path` is a regular file of `size` bytes; the error is a plugin diagnostic.
  virtual Status check(io::FileSystem& files, const std::string& path, std::uint64_t size) const = 0;
  // The same of a file that passes check().
  virtual Result<LibraryDemands> demands(io::FileSystem& files, const std::string& path, std::uint64_t size) const = 0;
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

// Refuses an executable stack: it takes a defence from the whole process.
Status refuse_executable_stack(const LibraryDemands& demands, const std::string& path);

// Refuses a search path into a folder that anybody may write, or make: whoever does has code in the process.
Status refuse_open_search_paths(io::FileSystem& files, const LibraryDemands& demands, const std::string& path);

// Refuses what is no regular file, a file or directory from `root` to `path` that anybody may write, and a path that
// leaves `root` through a link; then, for the runtime `native`, the format's checks and what the library demands.
Status preflight_library(io::FileSystem& files, const std::string& root, const std::string& path,
                         std::string_view runtime = "native");

}  // namespace floe
