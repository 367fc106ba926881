#include "audit.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/json/texts.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace floe::kubernetes {
namespace {

struct Object {
  const json::object* document;
  std::string kind;
  std::string name;
  std::string name_space;
  const json::object* labels;  // nullptr = none

  [[nodiscard]] std::string label(std::string_view key) const {
    return labels == nullptr ? "" : get_string_or(*labels, key, "");
  }
};

Result<Object> read_object(const json::value& value) {
  const json::object* document = value.if_object();
  if (document == nullptr) return fail(ErrorCode::kInvalidArgument, "`objects` must be a list of objects");
  const json::object* metadata = get_object(*document, "metadata");
  const std::string kind = get_string_or(*document, "kind", "");
  const std::string name = metadata == nullptr ? "" : get_string_or(*metadata, "name", "");
  if (kind.empty() || name.empty()) {
    return fail(ErrorCode::kInvalidArgument, "an object has no `kind` or no `metadata.name`");
  }
  return Object{document, kind, name, get_string_or(*metadata, "namespace", ""), get_object(*metadata, "labels")};
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<const json::object*> objects(const json::object& document, std::string_view key) {
  std::vector<const json::object*> out;
  const json::array* values = get_array(document, key);
  if (values == nullptr) return out;
  for (const json::value& value : *values) {
    if (value.is_object()) out.push_back(&value.get_object());
  }
  return out;
}

class Audit {
 public:
  explicit Audit(std::vector<Object> found) : found_(std::move(found)) {
    for (const Object& object : found_) {
      if (object.kind == "Role") roles_.emplace(object.name_space, object.name);
    }
  }

  json::array findings() {
    for (const Object& object : found_)
      check(object);
    return std::move(findings_);
  }

 private:
  void add(const Object& object, std::string_view severity, std::string_view type, std::string message,
           std::string_view recommendation) {
    json::object resource{{"kind", object.kind}, {"name", object.name}};
    if (!object.name_space.empty()) resource["namespace"] = object.name_space;
    findings_.push_back(json::object{{"severity", severity},
                                     {"type", type},
                                     {"resource", std::move(resource)},
                                     {"message", std::move(message)},
                                     {"recommendation", recommendation}});
  }

  void check(const Object& object) {
    const bool is_role = object.kind == "Role" || object.kind == "ClusterRole";
    const bool is_binding = object.kind == "RoleBinding" || object.kind == "ClusterRoleBinding";
    const bool is_account = object.kind == "ServiceAccount";
    if (!is_role && !is_binding && !is_account && object.kind != "Namespace") return;
    if (object.label("kubernetes.io/bootstrapping") == "rbac-defaults") return;
    if (is_role) check_role(object);
    if (is_binding) check_binding(object);
    if (is_account) check_account(object);
    check_labels(object);
  }

  void check_labels(const Object& object) {
    if (object.label("app.kubernetes.io/managed-by") != "floe") {
      add(object, "info", "unmanaged_resource", "no label `app.kubernetes.io/managed-by: floe`",
          "generate it with floe, or keep it out of floe's namespaces");
    }
    if (object.kind == "Namespace" && object.label("pod-security.kubernetes.io/enforce").empty()) {
      add(object, "warning", "unmanaged_resource", "no label `pod-security.kubernetes.io/enforce`",
          "set the level that pods are held to");
    }
  }

  void check_account(const Object& object) {
    if (get_bool_or(*object.document, "automountServiceAccountToken", true)) {
      add(object, "warning", "token_automount_enabled", "every pod of the account gets its token",
          "set `automountServiceAccountToken: false`");
    }
  }

  void check_role(const Object& object) {
    for (const json::object* rule : objects(*object.document, "rules"))
      check_rule(object, *rule);
  }

  void check_rule(const Object& object, const json::object& rule) {
    for (const auto& [key, what] : {std::pair("verbs", "verb"), std::pair("resources", "resource"),
                                    std::pair("apiGroups", "API group"), std::pair("nonResourceURLs", "URL")}) {
      for (const std::string& name : get_texts(rule, key)) {
        if (name.find('*') == std::string::npos) continue;
        add(object, object.kind == "ClusterRole" ? "critical" : "error", "wildcard_permission",
            fmt::format("{} `{}`", what, name), "name what is needed");
      }
    }
    const std::vector<std::string> verbs = get_texts(rule, "verbs");
    const std::vector<std::string> resources = get_texts(rule, "resources");
    for (const std::string_view verb : {"bind", "escalate", "impersonate"}) {
      if (has(verbs, verb)) {
        add(object, "error", "excessive_permissions", fmt::format("verb `{}` gives the rights of others", verb),
            "remove it");
      }
    }
    for (const std::string_view resource : {"pods/attach", "pods/exec", "serviceaccounts/token"}) {
      if (has(resources, resource)) {
        add(object, "error", "excessive_permissions",
            fmt::format("resource `{}` gives the rights of other accounts", resource), "remove it");
      }
    }
    if (has(resources, "secrets") && get_texts(rule, "resourceNames").empty()) {
      add(object, "warning", "missing_resource_names", "every secret, not those that are named",
          "list the secrets in `resourceNames`");
    }
  }

  void check_binding(const Object& object) {
    const json::object* role = get_object(*object.document, "roleRef");
    const std::string kind = role == nullptr ? "" : get_string_or(*role, "kind", "");
    const std::string name = role == nullptr ? "" : get_string_or(*role, "name", "");
    const bool is_admin = kind == "ClusterRole" && name == "cluster-admin";
    if (object.kind == "ClusterRoleBinding") {
      add(object, is_admin ? "critical" : "error", "cluster_scope_binding",
          fmt::format("`{}` in every namespace", name), "bind a Role in the namespace that needs it");
    } else if (is_admin) {
      add(object, "critical", "excessive_permissions", "`cluster-admin` may do everything in the namespace",
          "bind a Role with the rules that are needed");
    }
    if (kind == "Role" && !roles_.contains({object.name_space, name})) {
      add(object, "warning", "orphaned_binding", fmt::format("there is no Role `{}`", name),
          "delete the binding, or create the Role");
    }
    for (const json::object* subject : objects(*object.document, "subjects"))
      check_subject(object, *subject);
  }

  void check_subject(const Object& object, const json::object& subject) {
    const std::string name = get_string_or(subject, "name", "");
    const std::string kind = get_string_or(subject, "kind", "");
    if (kind == "ServiceAccount") {
      const std::string name_space = get_string_or(subject, "namespace", "");
      if (object.kind == "RoleBinding" && !name_space.empty() && name_space != object.name_space) {
        add(object, "warning", "cross_namespace_access",
            fmt::format("the account `{}` of the namespace `{}`", name, name_space),
            "use an account of the binding's namespace");
      }
      return;
    }
    if (name == "system:anonymous" || name == "system:authenticated" || name == "system:unauthenticated" ||
        name == "system:serviceaccounts" || name == "system:masters") {
      add(object, "critical", "excessive_permissions", fmt::format("{} `{}` has the role", kind, name),
          "name the accounts that need it");
    }
  }

  std::vector<Object> found_;
  std::set<std::pair<std::string, std::string>> roles_;  // namespace, name
  json::array findings_;
};

}  // namespace

Result<std::string> audit_findings(std::string_view state) {
  const json::object parsed = FLOE_TRY(parse_json_object(state));
  const json::array* listed = get_array(parsed, "objects");
  if (listed == nullptr) return fail(ErrorCode::kInvalidArgument, "`objects` must be a list of objects");
  std::vector<Object> found;
  for (const json::value& value : *listed)
    found.push_back(FLOE_TRY(read_object(value)));
  return to_json(json::object{{"findings", Audit(std::move(found)).findings()}});
}

}  // namespace floe::kubernetes
