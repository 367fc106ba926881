// Credentials that a chosen plugin would send where others read them.
#pragma once

#include "base/json/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::compile {

struct ClearText {
  std::vector<std::string> path;  // of the URL in the configuration
  std::string url;                // fit for a message
};

// The URL of a configuration that is http, of another host than this machine, when the plugin has a credential: a
// secret reference, a header, a user name, a file of a token. Plugins for secrets and identity need none: what they get
// is one. By the names of members; what a plugin sends all the same the host refuses (service/http_service.hpp).
std::optional<ClearText> clear_text_in(std::string_view category, const json::object& config);

}  // namespace floe::compile
