#include "base/io/user_folder.hpp"

#include "base/fail.hpp"

namespace floe::io {
namespace {

// XDG: a folder that is not absolute is none.
Result<std::string> named_folder(const Environment& environment, const char* variable, const char* in_home) {
  const std::string own = environment.get(variable).value_or("");
  if (is_absolute_path(own)) return join_path(own, "floe");
  const std::string home = environment.get("HOME").value_or("");
  if (is_absolute_path(home)) return join_path(join_path(home, in_home), "floe");
  return failf(ErrorCode::kNotFound, "neither {} nor HOME names a folder", variable);
}

}  // namespace

Result<std::string> user_folder(const Environment& environment, const char* variable, const char* in_home,
                                const std::string& project_root, FileSystem& files) {
  const std::string folder = FLOE_TRY(named_folder(environment, variable, in_home));
  FLOE_TRY(files.create_directories(folder));
  std::string real = FLOE_TRY(files.canonical(folder));
  const std::string project = FLOE_TRY(files.canonical(project_root));
  if (lies_in(real, project)) return failf(ErrorCode::kPermission, "`{}` lies in the project", folder);
  return real;
}

}  // namespace floe::io
