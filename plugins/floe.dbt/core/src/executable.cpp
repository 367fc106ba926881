#include "executable.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <vector>

namespace floe::dbt_core {

Result<std::string> find_executable(const std::string& configured) {
  constexpr std::uint32_t kAnyExecute = 0111;
  const auto files = io::make_disk_file_system();
  const auto environment = io::make_process_environment();
  std::vector<std::string> candidates;
  if (!configured.empty()) {
    candidates.push_back(configured);
  } else {
    const std::string path = environment->get("PATH").value_or("");
    for (const std::string_view directory : text::split(path, ':')) {
      if (!directory.empty()) candidates.push_back(io::join_path(directory, "dbt"));
    }
    for (const char* variable : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
      if (const auto prefix = environment->get(variable)) candidates.push_back(io::join_path(*prefix, "bin/dbt"));
    }
  }
  for (const std::string& candidate : candidates) {
    const auto info = files->stat(candidate);
    if (info && info->kind == io::FileKind::kRegular && (info->mode & kAnyExecute) != 0) return candidate;
  }
  if (!configured.empty()) return failf(ErrorCode::kNotFound, "there is no program `{}`", configured);
  return fail(
      ErrorCode::kNotFound,
      "there is no `dbt` in PATH or the active virtual environment; install dbt-core and dbt-duckdb, or name the "
      "program in `executable`");
}

}  // namespace floe::dbt_core
