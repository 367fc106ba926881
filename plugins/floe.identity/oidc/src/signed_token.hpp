// A token as a signed JWT in compact form (RFC 7515, RFC 7519), verified by libcjose.
#pragma once

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace floe::oidc {

class SignedToken {
 public:
  // kInvalidArgument, with a message for people, when it is no JWT or says nothing that can be relied on: another
  // algorithm than a public key's, an extension that has to be understood.
  static Result<SignedToken> parse(std::string_view token);

  // The id of the key that signed it; "" when it does not say.
  [[nodiscard]] const std::string& key_id() const { return key_id_; }

  // Whether a key of a JWK set (RFC 7517) signed it. False for keys of other kinds, for other uses, and for weak ones.
  [[nodiscard]] bool is_signed_with(const json::object& key) const;

  // Of a token whose signature was not looked at: anyone's words.
  [[nodiscard]] Result<json::object> claims() const;

 private:
  struct Release {
    void operator()(void* jws) const;
  };

  std::unique_ptr<void, Release> jws_;
  std::string algorithm_;
  std::string key_id_;
};

}  // namespace floe::oidc
