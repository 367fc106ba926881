// A document for a deployment that a plugin rendered in a compile: a file beside the artifact, which names its digest.
#pragma once

#include <string>

namespace floe::artifact {

struct DeployDocument {
  std::string path;  // relative to the folder of the artifact: deploy/network/floe-default-deny.yaml
  std::string kind;  // NetworkPolicy
  std::string name;
  std::string name_space;
  std::string plugin;  // type of the one that rendered it
  std::string text;    // YAML, as it is written
};

// All of them lie in this folder beside the artifact, and nothing else does.
inline constexpr const char* kDeployFolder = "deploy";

}  // namespace floe::artifact
