#include "base/io/check_within.hpp"

#include "base/fail.hpp"

namespace floe::io {

Status check_within(FileSystem& files, const std::string& folder, const std::string& path) {
  const auto real = files.canonical(path);
  if (!real) return ok();
  const std::string root = FLOE_TRY(files.canonical(folder));
  const bool is_within = *real == root || real->starts_with(root + "/");
  const bool is_of_git = real->find("/.git/", root.size()) != std::string::npos;
  if (is_within && !is_of_git) return ok();
  return failf(ErrorCode::kPermission, "`{}` lies outside of the project, whose writer is not trusted: it is not read",
               path);
}

}  // namespace floe::io
