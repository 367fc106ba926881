#include "role.hpp"

#include "base/fail.hpp"

#include <set>
#include <tuple>

namespace floe::kubernetes {
namespace {

using Names = std::set<std::string>;

json::array to_array(const Names& names) {
  json::array out;
  for (const std::string& name : names)
    out.emplace_back(name);
  return out;
}

Result<Names> names_of(const Request& rule, std::string_view key, bool must_be_there) {
  Names out;
  for (const std::string& name : FLOE_TRY(rule.texts(key))) {
    if (name.find('*') != std::string::npos) {
      return failf(ErrorCode::kInvalidArgument, "`{}` has the wildcard `{}`; name what is needed", rule.place(key),
                   name);
    }
    if (name.empty() && key != "api_groups") {
      return failf(ErrorCode::kInvalidArgument, "`{}` has an empty text", rule.place(key));
    }
    out.insert(name);
  }
  if (must_be_there && out.empty()) {
    return failf(ErrorCode::kInvalidArgument, "`{}` names nothing", rule.place(key));
  }
  return out;
}

Status check_verbs(const Request& rule, const Names& verbs, bool has_names) {
  for (const std::string_view verb : {"bind", "escalate", "impersonate"}) {
    if (verbs.contains(std::string(verb))) {
      return failf(ErrorCode::kInvalidArgument, "`{}` has `{}`, which gives the rights of others", rule.place("verbs"),
                   verb);
    }
  }
  // Kubernetes knows no name when it decides on these.
  for (const std::string_view verb : {"create", "deletecollection"}) {
    if (has_names && verbs.contains(std::string(verb))) {
      return failf(ErrorCode::kInvalidArgument,
                   "`{}` has `{}`, which `resource_names` never match; put it in a rule without them",
                   rule.place("verbs"), verb);
    }
  }
  return ok();
}

}  // namespace

Result<json::array> policy_rules(const Request& request) {
  std::map<std::tuple<Names, Names, Names>, Names> verbs_of;
  for (const Request& rule : FLOE_TRY(request.objects("rules"))) {
    FLOE_TRY(rule.accept({"api_groups", "resources", "verbs", "resource_names"}));
    Names groups = FLOE_TRY(names_of(rule, "api_groups", false));
    if (groups.empty()) groups.insert("");
    const Names resources = FLOE_TRY(names_of(rule, "resources", true));
    const Names verbs = FLOE_TRY(names_of(rule, "verbs", true));
    // To Kubernetes an empty list would mean every object.
    const Names names = FLOE_TRY(names_of(rule, "resource_names", rule.has("resource_names")));
    FLOE_TRY(check_verbs(rule, verbs, !names.empty()));
    verbs_of[{groups, resources, names}].insert(verbs.begin(), verbs.end());
  }
  if (verbs_of.empty()) return fail(ErrorCode::kInvalidArgument, "`rules` has no rule");
  json::array rules;
  for (const auto& [what, verbs] : verbs_of) {
    const auto& [groups, resources, names] = what;
    json::object rule{{"apiGroups", to_array(groups)}, {"resources", to_array(resources)}, {"verbs", to_array(verbs)}};
    if (!names.empty()) rule["resourceNames"] = to_array(names);
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace floe::kubernetes
