#include "security_context.hpp"

#include "request.hpp"

#include "base/fail.hpp"

#include <limits>

namespace floe::kubernetes {
namespace {

struct Settings {
  std::string level;
  std::string seccomp;
  bool is_non_root = true;
  bool may_escalate = false;
};

Status check_level(const Settings& settings) {
  const auto refuse = [&](std::string_view what) {
    return failf(ErrorCode::kInvalidArgument, "the level `{}` does not allow {}", settings.level, what);
  };
  if (settings.seccomp == "Localhost") {
    return fail(ErrorCode::kUnsupported,
                "`seccomp_profile` is `Localhost`, which needs a file of the node that a request cannot name; accepted "
                "are `RuntimeDefault` and, at the level `privileged`, `Unconfined`");
  }
  if (settings.level == "privileged") return ok();
  if (settings.seccomp == "Unconfined") return refuse("`seccomp_profile: Unconfined`");
  if (settings.level == "baseline") return ok();
  if (!settings.is_non_root) return refuse("`run_as_non_root: false`");
  if (settings.may_escalate) return refuse("`allow_privilege_escalation: true`");
  return ok();
}

}  // namespace

Result<SecurityContexts> security_contexts(std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const Request in(parsed);
  FLOE_TRY(in.accept({"run_as_user", "run_as_group", "fs_group", "run_as_non_root", "read_only_root_filesystem",
                      "allow_privilege_escalation", "seccomp_profile", "level"}));
  Settings settings;
  settings.level = FLOE_TRY(in.one_of("level", {"privileged", "baseline", "restricted"}, "restricted"));
  settings.seccomp =
      FLOE_TRY(in.one_of("seccomp_profile", {"RuntimeDefault", "Localhost", "Unconfined"}, "RuntimeDefault"));
  settings.is_non_root = FLOE_TRY(in.flag_or("run_as_non_root", true));
  settings.may_escalate = FLOE_TRY(in.flag_or("allow_privilege_escalation", false));
  FLOE_TRY(check_level(settings));
  constexpr std::int64_t kId = 1000;
  constexpr std::int64_t kMaxId = std::numeric_limits<std::int32_t>::max();
  SecurityContexts out;
  out.pod = {{"runAsNonRoot", settings.is_non_root},
             {"runAsUser", FLOE_TRY(in.number_or("run_as_user", 1, kMaxId, kId))},
             {"runAsGroup", FLOE_TRY(in.number_or("run_as_group", 1, kMaxId, kId))},
             {"fsGroup", FLOE_TRY(in.number_or("fs_group", 1, kMaxId, kId))},
             {"seccompProfile", json::object{{"type", settings.seccomp}}}};
  out.container = {{"allowPrivilegeEscalation", settings.may_escalate},
                   {"readOnlyRootFilesystem", FLOE_TRY(in.flag_or("read_only_root_filesystem", true))},
                   {"capabilities", json::object{{"drop", json::array{"ALL"}}}}};
  return out;
}

}  // namespace floe::kubernetes
