#include "base/io/check_confined.hpp"

#include "base/fail.hpp"

namespace floe::io {

Status check_confined(FileSystem& files, const std::string& folder, const std::string& path) {
  const auto real = files.canonical(path);
  if (!real) return ok();
  const std::string root = FLOE_TRY(files.canonical(folder));
  if (lies_in(*real, root) && real->find("/.git/", root.size()) == std::string::npos) return ok();
  return failf(ErrorCode::kPermission, "`{}` lies outside of the project, whose writer is not trusted: it is not read",
               path);
}

}  // namespace floe::io
