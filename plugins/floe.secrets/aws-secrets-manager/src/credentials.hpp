// Who asks: keys of the environment, or those of a role that a web identity assumes, kept until they grow old.
#pragma once

#include "aws/signature.hpp"
#include "settings.hpp"

#include "base/result.hpp"
#include "floe/plugin_call.hpp"

#include <cstdint>

namespace floe::secrets {

class CredentialSource {
 public:
  // kUnauthenticated names what is missing in the environment; kPermission what STS refuses.
  Result<aws::Credentials> get(const Call& call, const Settings& settings);

 private:
  aws::Credentials of_role_;
  std::int64_t renew_at_ns_ = 0;  // monotonic
};

}  // namespace floe::secrets
