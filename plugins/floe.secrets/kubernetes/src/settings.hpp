// Where the secrets of a platform lie: a mounted folder, or Secrets behind the API of a cluster.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace floe::secrets {

struct Settings {
  std::string secret = "floe-secrets";
  std::string directory;  // "" = the API
  std::string server;     // without a slash at the end
  std::string ca_file;    // "" = what the host trusts
  std::string token_file;
  std::string name_space;
  std::int64_t timeout_ms = 10'000;
};

// kInvalidConfig names the key, also as detail `path`. What a pod knows of its cluster is not filled in.
Result<Settings> parse_settings(std::string_view config);

// Fills in what the service account of the pod says. kInvalidConfig when that is not enough to reach an API.
Status complete_in_pod(Settings* settings);

}  // namespace floe::secrets
