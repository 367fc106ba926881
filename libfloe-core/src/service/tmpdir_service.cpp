#include "service/tmpdir_service.hpp"

#include "plugin/host_core.hpp"

#include "base/fail.hpp"
#include "base/io/errno_error.hpp"

#include <algorithm>
#include <stdlib.h>

namespace floe::service {
namespace {

bool is_purpose(std::string_view text) {
  constexpr std::string_view kAccepted = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  constexpr std::size_t kLongest = 40;
  return !text.empty() && text.size() <= kLongest && text.find_first_not_of(kAccepted) == std::string_view::npos;
}

}  // namespace

TmpdirService::~TmpdirService() {
  for (const auto& [path, owner] : owners_)
    (void)files_.remove_all(path);  // best effort: nobody is left to tell
}

Result<std::string> TmpdirService::make(Call& c, std::string_view purpose) {
  if (!is_purpose(purpose)) {
    return fail(ErrorCode::kInvalidArgument, "a purpose is a word of a-z, 0-9, `-` and `_`, at most 40 characters");
  }
  const std::string base = environment_.get("TMPDIR").value_or("");
  std::string path = io::join_path(io::is_absolute_path(base) ? base : "/tmp", fmt::format("floe-{}-XXXXXX", purpose));
  if (::mkdtemp(path.data()) == nullptr) return io::errno_error(errno, "cannot make a directory", path);
  const std::lock_guard lock(mutex_);
  owners_.emplace(path, c.raw_host()->ctx->plugin_id());
  return path;
}

Status TmpdirService::remove(Call& c, std::string_view path) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = owners_.find(path);
    if (found == owners_.end() || found->second != c.raw_host()->ctx->plugin_id()) {
      return failf(ErrorCode::kNotFound, "`{}` is no temporary directory of this plugin", path);
    }
    owners_.erase(found);
  }
  return files_.remove_all(std::string(path));
}

}  // namespace floe::service
