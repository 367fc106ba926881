#include "compile/untrusted.hpp"

#include "base/io/check_confined.hpp"
#include "base/io/switch_variable.hpp"
#include "base/json/json.hpp"

#include <fmt/format.h>

namespace floe::compile {
namespace {

constexpr const char* kSwitch = "FLOE_UNTRUSTED";
constexpr std::uint64_t kLargestEvent = 16U << 20U;  // GitHub's have some hundred kilobytes

// `owner/name` of the side of a pull request; "" for a fork that is gone.
std::string side_of(const json::object& pull_request, std::string_view side) {
  const json::object* branch = get_object(pull_request, side);
  const json::object* repository = branch == nullptr ? nullptr : get_object(*branch, "repo");
  return repository == nullptr ? "" : get_string_or(*repository, "full_name", "");
}

std::optional<std::string> why_by_event(const std::string& path, io::FileSystem& files) {
  const auto info = files.stat(path);
  const bool is_readable = info && info->kind == io::FileKind::kRegular && info->size <= kLargestEvent;
  const auto text = is_readable ? files.read(path) : Result<std::string>(std::string());
  const auto event = text ? parse_json_object(*text) : Result<json::object>(text.error());
  if (!event) return fmt::format("the event `{}` of GITHUB_EVENT_PATH cannot be read", path);
  const json::object* pull_request = get_object(*event, "pull_request");
  if (pull_request == nullptr) return std::nullopt;
  const std::string base = side_of(*pull_request, "base");
  const std::string head = side_of(*pull_request, "head");
  if (!base.empty() && head == base) return std::nullopt;
  return fmt::format("the pull request comes from `{}`", head.empty() ? "a fork that is gone" : head);
}

std::optional<std::string> why_by_job(const io::Environment& environment, io::FileSystem& files) {
  const std::string source = environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID").value_or("");
  if (!source.empty() && source != environment.get("CI_PROJECT_ID").value_or(""))
    return fmt::format("the merge request comes from project {}", source);
  const std::string event = environment.get("GITHUB_EVENT_PATH").value_or("");
  return event.empty() ? std::nullopt : why_by_event(event, files);
}

}  // namespace

Result<std::optional<std::string>> why_untrusted(bool is_asked, const config::MachinePolicy& machine,
                                                 const io::Environment& environment, io::FileSystem& files) {
  using Why = std::optional<std::string>;
  if (is_asked) return Why("--untrusted");
  if (machine.untrusted.always) return Why(fmt::format("`untrusted.always` of {}", config::kMachinePolicyPath));
  const bool is_on = FLOE_TRY(io::read_switch(environment, kSwitch));
  if (is_on) return Why(kSwitch);
  if (!environment.get(kSwitch).value_or("").empty()) return Why();
  return why_by_job(environment, files);
}

Result<std::string> repository_of(const std::string& project_root, io::FileSystem& files) {
  for (std::string folder = project_root; folder != "/"; folder = io::parent_path(folder)) {
    const io::FileInfo info = FLOE_TRY(files.stat(io::join_path(folder, ".git")));
    if (info.kind != io::FileKind::kMissing) return folder;
  }
  return project_root;
}

Status check_document(const Compiled& compiled, const std::string& path, io::FileSystem& files) {
  return compiled.confinement ? io::check_confined(files, compiled.confinement->repository, path) : ok();
}

}  // namespace floe::compile
