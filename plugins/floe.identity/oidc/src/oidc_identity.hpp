// floe.identity/oidc: tokens are signed JWTs of one OpenID Connect issuer.
#pragma once

#include "issuer.hpp"
#include "settings.hpp"

#include "base/result.hpp"
#include "floe/interfaces/identity.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace floe::oidc {

class OidcIdentity final : public IdentityPlugin<OidcIdentity> {
 public:
  explicit OidcIdentity(Settings settings) : settings_(std::move(settings)), issuer_(settings_) {}

  static std::string validate_config(Call& call, std::string_view config);
  static Result<std::unique_ptr<OidcIdentity>> create(Call& call, std::string_view config);
  std::string health(Call& call);
  std::string describe(Call& call);
  Result<std::string> oidc_config(Call& call);
  Result<std::string> validate_token(Call& call, std::string_view token);
  Result<std::string> user_info(Call& call, std::string_view token);

 private:
  // The claims of a token that holds. kUnauthenticated, with a message for people, when it does not.
  Result<json::object> accepted_claims(const Call& call, std::string_view token);

  Settings settings_;
  Issuer issuer_;
};

}  // namespace floe::oidc
