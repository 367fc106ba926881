#include "compile/account_documents.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/yaml/write.hpp"

namespace floe::compile {
namespace {

constexpr std::size_t kLargestAnswer = 1U << 16U;

struct Wanted {
  const char* kind;
  const char* file;
  std::string name;
  std::string name_space;  // "" for a namespace itself
};

// Only what was asked for: an account of another namespace would be one that nobody looked at.
Result<artifact::DeployDocument> read_object(const Wanted& wanted, const std::string& plugin,
                                             const std::string& answer) {
  const auto wrong = [&](std::string_view why) {
    return failf(ErrorCode::kData, "rbac plugin `{}`: its {} {}", plugin, wanted.kind, why);
  };
  if (answer.size() > kLargestAnswer)
    return wrong(fmt::format("has {} bytes, more than {}", answer.size(), kLargestAnswer));
  const json::object object = FLOE_TRY(parse_json_object(answer));
  const json::object* metadata = get_object(object, "metadata");
  if (get_string_or(object, "apiVersion", "") != "v1" || get_string_or(object, "kind", "") != wanted.kind ||
      metadata == nullptr)
    return wrong("is another object");
  if (get_string_or(*metadata, "name", "") != wanted.name ||
      get_string_or(*metadata, "namespace", "") != wanted.name_space)
    return wrong(fmt::format("is not `{}`, which was asked for", wanted.name));
  if (!wanted.name_space.empty() && get_bool_or(object, "automountServiceAccountToken", true))
    return wrong("mounts its token");
  return artifact::DeployDocument{fmt::format("{}/rbac/{}.yaml", artifact::kDeployFolder, wanted.file),
                                  wanted.kind,
                                  wanted.name,
                                  wanted.name_space,
                                  plugin,
                                  yaml::write_yaml(object)};
}

}  // namespace

Result<std::vector<artifact::DeployDocument>> render_accounts(const PluginChoice& rbac, const std::string& name_space,
                                                              const std::string& account, CompilerHost& host) {
  const AccountObjects rendered =
      FLOE_TRY(host.render_accounts(rbac, to_json(json::object{{"name", name_space}, {"layer", "jobs"}}),
                                    to_json(json::object{{"name", account}, {"namespace", name_space}})));
  std::vector<artifact::DeployDocument> out;
  out.push_back(FLOE_TRY(read_object({"Namespace", "namespace", name_space, ""}, rbac.type, rendered.name_space)));
  out.push_back(
      FLOE_TRY(read_object({"ServiceAccount", "service-account", account, name_space}, rbac.type, rendered.account)));
  return out;
}

}  // namespace floe::compile
