#include "engine/temporary_directory.hpp"

#include "base/fail.hpp"
#include "base/io/errno_error.hpp"

#include <stdlib.h>

namespace floe::run {

Result<std::unique_ptr<TemporaryDirectory>> make_temporary_directory(std::string_view prefix,
                                                                     const io::Environment& environment,
                                                                     io::FileSystem& files) {
  const std::string base = environment.get("TMPDIR").value_or("");
  std::string path = io::join_path(io::is_absolute_path(base) ? base : "/tmp", std::string(prefix) + "XXXXXX");
  if (::mkdtemp(path.data()) == nullptr) return io::errno_error(errno, "cannot make a directory", path);
  return std::make_unique<TemporaryDirectory>(FLOE_TRY(files.canonical(path)), files);
}

}  // namespace floe::run
