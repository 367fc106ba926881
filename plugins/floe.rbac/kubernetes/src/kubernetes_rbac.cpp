#include "kubernetes_rbac.hpp"

#include "answers/answers.hpp"
#include "audit.hpp"
#include "kubernetes/metadata.hpp"
#include "kubernetes/security_context.hpp"
#include "role.hpp"

#include "base/fail.hpp"

#include <set>
#include <utility>

namespace floe::kubernetes {
namespace {

constexpr std::string_view kRbacVersion = "rbac.authorization.k8s.io/v1";
constexpr std::string_view kRbacGroup = "rbac.authorization.k8s.io";

Result<Labels> pod_security_labels(const Request& request, const json::object& parsed, std::string_view enforced) {
  static const json::object kNone;
  const json::object* levels = get_object(parsed, "pod_security");
  if (levels == nullptr && request.has("pod_security")) {
    return fail(ErrorCode::kInvalidArgument, "`pod_security` must be an object");
  }
  const Request in(levels == nullptr ? kNone : *levels, "pod_security.");
  FLOE_TRY(in.accept({"enforce", "audit", "warn"}));
  Labels out;
  for (const auto& [mode, fallback] :
       {std::pair("enforce", enforced), std::pair("audit", std::string_view("restricted")),
        std::pair("warn", std::string_view("restricted"))}) {
    out["pod-security.kubernetes.io/" + std::string(mode)] =
        FLOE_TRY(in.one_of(mode, {"privileged", "baseline", "restricted"}, fallback));
  }
  return out;
}

Result<json::array> subjects_of(const Request& request) {
  std::set<std::pair<std::string, std::string>> accounts;
  for (const Request& subject : FLOE_TRY(request.objects("subjects"))) {
    FLOE_TRY(subject.accept({"name", "namespace"}));
    accounts.emplace(FLOE_TRY(dns_label(subject, "namespace")), FLOE_TRY(dns_label(subject, "name")));
  }
  if (accounts.empty()) return fail(ErrorCode::kInvalidArgument, "`subjects` names no account");
  json::array out;
  for (const auto& [name_space, name] : accounts)
    out.push_back(json::object{{"kind", "ServiceAccount"}, {"name", name}, {"namespace", name_space}});
  return out;
}

}  // namespace

std::string KubernetesRbac::validate_config(Call& /*call*/, std::string_view config) {
  return answers::no_config_problems(config);
}

std::string KubernetesRbac::health(Call& /*call*/) { return answers::health(); }

std::string KubernetesRbac::describe(Call& /*call*/) { return answers::description("kubernetes", {"audits"}); }

Result<std::string> KubernetesRbac::namespace_object(Call& /*call*/, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const Request in(parsed);
  FLOE_TRY(in.accept({"name", "layer", "labels", "pod_security"}));
  const std::string name = FLOE_TRY(dns_label(in, "name"));
  const std::string layer = FLOE_TRY(in.one_of("layer", {"services", "jobs"}, ""));
  // Databases and web servers of others seldom run under `restricted`; jobs are floe's own.
  Labels labels = FLOE_TRY(pod_security_labels(in, parsed, layer == "services" ? "baseline" : "restricted"));
  if (!layer.empty()) labels["floe.dev/layer"] = layer;
  return to_json(json::object{
      {"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", FLOE_TRY(metadata(in, name, "", labels))}});
}

Result<std::string> KubernetesRbac::service_account(Call& /*call*/, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const Request in(parsed);
  FLOE_TRY(in.accept({"name", "namespace", "automount_token", "labels", "annotations"}));
  const std::string name = FLOE_TRY(dns_label(in, "name"));
  const std::string name_space = FLOE_TRY(dns_label(in, "namespace"));
  return to_json(json::object{{"apiVersion", "v1"},
                              {"kind", "ServiceAccount"},
                              {"metadata", FLOE_TRY(metadata(in, name, name_space))},
                              {"automountServiceAccountToken", FLOE_TRY(in.flag_or("automount_token", false))}});
}

Result<std::string> KubernetesRbac::role(Call& /*call*/, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const Request in(parsed);
  FLOE_TRY(in.accept({"name", "namespace", "labels", "rules"}));
  const std::string name = FLOE_TRY(dns_label(in, "name"));
  const std::string name_space = FLOE_TRY(dns_label(in, "namespace"));
  return to_json(json::object{{"apiVersion", kRbacVersion},
                              {"kind", "Role"},
                              {"metadata", FLOE_TRY(metadata(in, name, name_space))},
                              {"rules", FLOE_TRY(policy_rules(in))}});
}

Result<std::string> KubernetesRbac::role_binding(Call& /*call*/, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const Request in(parsed);
  FLOE_TRY(in.accept({"name", "namespace", "role", "labels", "subjects"}));
  const std::string name = FLOE_TRY(dns_label(in, "name"));
  const std::string name_space = FLOE_TRY(dns_label(in, "namespace"));
  const json::object role{{"apiGroup", kRbacGroup}, {"kind", "Role"}, {"name", FLOE_TRY(dns_label(in, "role"))}};
  return to_json(json::object{{"apiVersion", kRbacVersion},
                              {"kind", "RoleBinding"},
                              {"metadata", FLOE_TRY(metadata(in, name, name_space))},
                              {"roleRef", role},
                              {"subjects", FLOE_TRY(subjects_of(in))}});
}

Result<std::string> KubernetesRbac::pod_security(Call& /*call*/, std::string_view request) {
  SecurityContexts contexts = FLOE_TRY(security_contexts(request));
  return to_json(json::object{{"pod", std::move(contexts.pod)}, {"container", std::move(contexts.container)}});
}

Result<std::string> KubernetesRbac::audit(Call& /*call*/, std::string_view state) { return audit_findings(state); }

}  // namespace floe::kubernetes
