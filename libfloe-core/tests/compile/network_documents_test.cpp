#include "compile/network_documents.hpp"

#include "floe_test.hpp"

namespace floe::compile {
namespace {

std::string judged(const std::string& documents, const std::string& egress = "[]", bool denies_by_default = true) {
  const NetworkDemand demand{"shop", denies_by_default, egress};
  const JudgedDocuments out = judge_network_documents(demand, "{\"manifests\": [" + documents + "]}");
  std::string text;
  for (const artifact::DeployDocument& document : out.documents)
    text += document.path + "\n";
  for (const std::string& problem : out.problems)
    text += problem + "\n";
  return text;
}

std::string policy(const std::string& name, const std::string& spec) {
  return R"({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": ")" + name +
         R"(", "namespace": "shop"}, "spec": )" + spec + "}";
}

const std::string kDeny = policy("deny", R"({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})");

TEST_CASE("network policies are asked for with the rules of the platform") {
  CHECK(network_request({"shop", true, R"([{"cidr": "10.0.0.0/8"}])"}) ==
        R"({"namespace":"shop","allow_dns":true,"egress":[{"cidr":"10.0.0.0/8"}]})");
}

TEST_CASE("network policies are judged by what they let through") {
  const std::string out = policy(
      "out",
      R"({"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]})");
  CHECK(judged(kDeny) == "deploy/network/deny.yaml\n");
  CHECK(judged("") == "no policy denies all pods of the namespace `shop` both directions\n");
  CHECK(judged("", "[]", false) == "");
  CHECK(judged(kDeny + "," + out, R"([{"cidr": "10.0.0.0/8"}])") ==
        "deploy/network/deny.yaml\ndeploy/network/out.yaml\n");
  CHECK(judged(kDeny + "," + out) ==
        "`out` lets traffic out that nobody asked for: {\"ipBlock\":{\"cidr\":\"10.0.0.0/8\"}} (all ports)\n");
  CHECK(judged(kDeny, R"([{"name": "db", "cidr": "10.0.0.0/8"}])") ==
        "no policy of all pods has the egress rule `db`\n");
  CHECK(judged(out, R"([{"cidr": "10.0.0.0/8"}])", false) == "deploy/network/out.yaml\n");
}

TEST_CASE("a long answer of a network plugin is not read") {
  CHECK(judged(std::string(2'000'000, ' ')) == "the answer has 2000017 bytes, more than 1048576\n");
}

}  // namespace
}  // namespace floe::compile
