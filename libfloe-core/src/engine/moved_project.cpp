#include "engine/moved_project.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

Diagnostic moved(const std::string& now, const std::string& noted) {
  return error_diagnostic(
             "FLOE-E0305", "moved-project",
             fmt::format("the tables in `{}` were written at `{}`, and their locations are absolute", now, noted))
      .help(fmt::format("move the folder back to `{}`", noted))
      .help(fmt::format("or let the old place lead to the new one: `ln -s {} {}`", now, noted))
      .help(fmt::format("or move `{}` aside and build the tables again; it may hold the only copy of rows",
                        io::parent_path(now)));
}

// The tables are at the old place still, so nothing is lost with the copy.
Diagnostic copied(const std::string& now, const std::string& noted) {
  return error_diagnostic(
             "FLOE-E0305", "moved-project",
             fmt::format("`{}` is a copy of the tables at `{}`, and their locations are absolute", now, noted))
      .help(fmt::format("work with the tables where they are: `floe -C {}`", io::parent_path(io::parent_path(noted))))
      .help(fmt::format("or build tables of its own here: remove the copy, `rm -r {}`, and `floe run`",
                        io::parent_path(now)));
}

std::string marker_of(const std::string& warehouse) { return io::join_path(warehouse, ".location"); }

// The same directory under another name: a symbolic link, a bind mount.
bool is_same_directory(io::FileSystem& files, const std::string& left, const std::string& right) {
  const auto one = files.stat(left);
  const auto other = files.stat(right);
  return one.has_value() && other.has_value() && one->inode == other->inode && one->kind == io::FileKind::kDirectory &&
         other->kind == io::FileKind::kDirectory;
}

// The place that is noted in the warehouse; "" when none is.
std::string noted_place(const std::string& warehouse, io::FileSystem& files) {
  const auto noted = files.read(marker_of(warehouse));
  return noted.has_value() ? std::string(text::trim(*noted)) : std::string();
}

}  // namespace

Status check_not_moved(const compile::Compiled& compiled, io::FileSystem& files, bool may_write) {
  const auto warehouse = io::path_from_uri(compiled.warehouse_uri);
  if (!warehouse.has_value() || !warehouse->starts_with(compiled.state_directory + "/")) return ok();
  const std::string noted = noted_place(*warehouse, files);
  if (!noted.empty()) {
    if (noted == *warehouse || is_same_directory(files, noted, *warehouse)) return ok();
    const auto old_place = files.stat(marker_of(noted));
    const bool is_copy = old_place.has_value() && old_place->kind == io::FileKind::kRegular;
    return diagnostics_error(ErrorCode::kInvalidState, is_copy ? copied(*warehouse, noted) : moved(*warehouse, noted));
  }
  if (!may_write) return ok();
  FLOE_TRY(files.create_directories(*warehouse));
  return files.write_atomic(marker_of(*warehouse), *warehouse + "\n", io::Durability::kFast);
}

std::vector<std::string> warehouse_aliases(const compile::Compiled& compiled, io::FileSystem& files) {
  const auto warehouse = io::path_from_uri(compiled.warehouse_uri);
  if (!warehouse.has_value()) return {};
  const std::string noted = noted_place(*warehouse, files);
  const bool is_alias = !noted.empty() && noted != *warehouse && is_same_directory(files, noted, *warehouse);
  return is_alias ? std::vector<std::string>{io::uri_from_path(noted)} : std::vector<std::string>();
}

}  // namespace floe::run
