#include "artifact/platform_artifact.hpp"

#include "../manifest_text.hpp"
#include "floe_test.hpp"

#include "base/json/json.hpp"

namespace {

using namespace floe;

// The members of a file of the platform that `yaml` makes.
json::object file_of(const std::string& yaml, const std::string& path) {
  const ManifestText text = read_manifest_text(yaml);
  inheritance::Chain chain;
  chain.tiers.emplace_back();
  chain.merged = text.root;
  for (const artifact::PlatformFile& file : artifact::platform_files(chain, text.manifest)) {
    if (file.path == path) return *parse_json_object(file.content);
  }
  FAIL("there is no " << path);
  return {};
}

constexpr const char* kHead = "metadata: {name: acme, version: \"1.0.0\"}\n";

}  // namespace

TEST_CASE("the files of a platform hold what is governed, and the plugins beside it") {
  struct Case {
    const char* manifest;
    const char* path;
    const char* member;
    const char* value;
  };

  for (const Case& c : {
           Case{"governance: {rbac: {enabled: true}}\n", "policies/access-control.json", "rbac", R"({"enabled":true})"},
           Case{"governance: {rbac: {enabled: true}}\n", "policies/access-control.json", "rbac_plugin", "null"},
           Case{"governance: {rbac: {enabled: true}}\nplugins: {rbac: kubernetes}\n", "policies/access-control.json",
                "rbac_plugin", R"("kubernetes")"},
           Case{"governance: {rbac: {enabled: true}}\nplugins: {rbac: kubernetes}\n", "policies/access-control.json",
                "rbac", R"({"enabled":true})"},
           Case{"governance: {network_policies: {enabled: true}}\n", "policies/access-control.json", "network_policies",
                R"({"enabled":true})"},
           Case{"governance: {data_contracts: {enforcement: strict}}\n", "catalog/schema-registry.json",
                "data_contracts", R"({"enforcement":"strict"})"},
           Case{"plugins: {data_contracts: odcs}\n", "catalog/schema-registry.json", "data_contracts_plugin",
                R"("odcs")"},
           Case{"governance: {custom_rules: [{type: require_meta_field, field: owner}]}\n",
                "policies/quality-gates.json", "custom_rules", R"([{"field":"owner","type":"require_meta_field"}])"},
           Case{"governance: {policies: [{name: p, type: max_transforms, action: block, message: m, config: "
                "{threshold: 5}}]}\n",
                "policies/quality-gates.json", "policies",
                R"([{"action":"block","config":{"threshold":5},"message":"m","name":"p","type":"max_transforms"}])"},
           Case{"governance: {policy_overrides: [{pattern: a, action: exclude, reason: r}]}\n",
                "policies/quality-gates.json", "policy_overrides",
                R"([{"action":"exclude","pattern":"a","reason":"r"}])"},
       }) {
    INFO(c.manifest << c.path << " " << c.member);
    const json::object file = file_of(std::string(kHead) + c.manifest, c.path);
    REQUIRE(file.contains(c.member));
    CHECK(to_json(file.at(c.member)) == c.value);
  }
}
