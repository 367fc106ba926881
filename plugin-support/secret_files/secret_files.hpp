// Secrets as files of a folder, each named as its key: what Docker, Kubernetes and systemd mount.
#pragma once

#include "base/json/json.hpp"
#include "base/result.hpp"
#include "floe/plugin_call.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace floe::secret_files {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 20U;  // as Kubernetes

// Letters, digits, `.`, `_` and `-`, not beginning with a dot: what keeps a key inside the folder.
bool is_key(std::string_view key);

enum class Readers : std::uint8_t { kNotEverybody, kAnybody };

// Without one newline at the end of the file. kInvalidArgument for what is no key, kNotFound, kPermission when
// everybody may read the file and that is not allowed, kData for a file that is too long.
Status read(const std::string& directory, std::string_view key, Readers allowed, Sink& value);

// The document secrets/keys.
Result<std::string> list(const std::string& directory, std::string_view prefix);

// The document shared/health.
std::string health(const std::string& directory);

// The document secrets/pod_environment: the Secret `object` mounted at `directory`, these keys of it; none = all.
std::string pod_environment(const std::string& object, const std::string& directory, const json::array& keys);

}  // namespace floe::secret_files
