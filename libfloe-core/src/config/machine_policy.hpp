// What a machine demands of every project on it, before anything of the project is read: /etc/floe/policy.yaml, and
// FLOE_REQUIRE_PLATFORM. Neither a flag nor a variable names another file, and a variable can only demand more.
#pragma once

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::config {

inline constexpr const char* kMachinePolicyPath = "/etc/floe/policy.yaml";

struct RequiredPlatform {
  std::string reference;  // where people find it
  std::string digest;     // `sha256:...` of a manifest with all above it
  std::string said_by;    // for messages: the file, or the variable
};

// Of projects whose writer is not trusted.
struct UntrustedProjects {
  bool always = false;                   // every project on this machine is one
  std::vector<std::string> environment;  // names of the variables that their templates see
};

struct MachinePolicy {
  std::vector<RequiredPlatform> required;  // a product has to be of each
  bool has_locked_plugins = false;
  bool reads_cache = true;
  UntrustedProjects untrusted;
};

// kPermission with FLOE-E0786 when others than root may write the file or lead elsewhere, kInvalidConfig with findings
// when it says something else than what floe acts on. Without a file nothing is demanded.
Result<MachinePolicy> read_machine_policy(io::FileSystem& files, const io::Environment& environment);

}  // namespace floe::config
