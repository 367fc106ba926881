// Whether the network policies that a plugin rendered keep what a platform demands. The answer is foreign data: what it
// is, and not that there is one, keeps the control (decision 0057).
#pragma once

#include "artifact/deploy_document.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::compile {

struct NetworkDemand {
  std::string name_space;
  bool denies_by_default = true;
  std::string egress = "[]";  // JSON: the rules of `governance.network_policies.custom_egress_rules`
};

// What the plugin is asked for: network_security/policies of floe.network_security/1.
std::string network_request(const NetworkDemand& demand);

struct JudgedDocuments {
  std::vector<artifact::DeployDocument> documents;  // as they were judged; none when there are problems
  std::vector<std::string> problems;
};

// `answer`: shared/manifests. Allowed is what the demand asks for and names of `kube-system`; any other traffic that a
// document lets through is a problem, and so is a member that is not known here.
JudgedDocuments judge_network_documents(const NetworkDemand& demand, std::string_view answer);

}  // namespace floe::compile
