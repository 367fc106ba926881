#include "run/moved_project.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

Error moved_error(const std::string& now, const std::string& noted) {
  return diagnostics_error(
      ErrorCode::kInvalidState,
      error_diagnostic(
          "FLOE-E0305", "moved-project",
          fmt::format("the tables in `{}` were written at `{}`, and their locations are absolute", now, noted))
          .help(fmt::format("move the folder back to `{}`", noted))
          .help(fmt::format("or remove `{}` and run again", io::parent_path(now))));
}

// The same directory under another name: a symbolic link, a bind mount.
bool is_same_directory(io::FileSystem& files, const std::string& left, const std::string& right) {
  const auto one = files.stat(left);
  const auto other = files.stat(right);
  return one.has_value() && other.has_value() && one->inode == other->inode && one->kind == io::FileKind::kDirectory &&
         other->kind == io::FileKind::kDirectory;
}

}  // namespace

Status check_not_moved(const compile::Compiled& compiled, io::FileSystem& files, bool may_write) {
  const auto warehouse = io::path_from_uri(compiled.warehouse_uri);
  if (!warehouse.has_value() || !warehouse->starts_with(compiled.state_directory + "/")) return ok();
  const std::string marker = io::join_path(*warehouse, ".location");
  const auto noted = files.read(marker);
  if (noted.has_value()) {
    const std::string path(text::trim(*noted));
    if (path == *warehouse || is_same_directory(files, path, *warehouse)) return ok();
    return moved_error(*warehouse, path);
  }
  if (!may_write) return ok();
  FLOE_TRY(files.create_directories(*warehouse));
  return files.write_atomic(marker, *warehouse + "\n", io::Durability::kFast);
}

}  // namespace floe::run
