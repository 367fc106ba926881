#include "linked_project.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"

#include <filesystem>
#include <system_error>

namespace floe::dbt_core {

Status link_project(Invocation* invocation) {
  namespace fs = std::filesystem;
  constexpr const char* kProjectFile = "dbt_project.yml";
  if (invocation->project_file.empty()) return ok();
  const auto files = io::make_disk_file_system();
  const std::string text = FLOE_TRY(files->read(invocation->project_file));
  if (text.find("\"../") != std::string::npos) {
    return fail(ErrorCode::kUnsupported,
                "dbt-core reads no models outside of the product; write a dbt_project.yml beside them");
  }
  const std::string folder = io::join_path(io::parent_path(invocation->target_path), "dbt-core/project");
  FLOE_TRY(files->remove_all(folder));
  FLOE_TRY(files->create_directories(folder));
  for (const io::DirectoryEntry& entry : FLOE_TRY(files->list(invocation->project_directory))) {
    if (entry.name.starts_with('.') || entry.name == kProjectFile) continue;
    std::error_code failed;
    fs::create_symlink(io::join_path(invocation->project_directory, entry.name), io::join_path(folder, entry.name),
                       failed);
    if (failed) return failf(ErrorCode::kIo, "cannot link `{}` into {}: {}", entry.name, folder, failed.message());
  }
  FLOE_TRY(files->write_atomic(io::join_path(folder, kProjectFile), text, io::Durability::kFast));
  invocation->project_directory = folder;
  return ok();
}

}  // namespace floe::dbt_core
