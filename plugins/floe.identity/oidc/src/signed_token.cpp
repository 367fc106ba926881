#include "signed_token.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <array>
#include <cjose/cjose.h>
#include <cstdint>
#include <cstdlib>

namespace floe::oidc {
namespace {

struct Algorithm {
  std::string_view name;
  std::string_view key_type;
};

// RFC 7518 section 3.1, those of a public key: with a shared one whoever can check a token could make one.
constexpr std::array<Algorithm, 9> kAlgorithms{{{"RS256", "RSA"},
                                                {"RS384", "RSA"},
                                                {"RS512", "RSA"},
                                                {"PS256", "RSA"},
                                                {"PS384", "RSA"},
                                                {"PS512", "RSA"},
                                                {"ES256", "EC"},
                                                {"ES384", "EC"},
                                                {"ES512", "EC"}}};

const Algorithm* find_algorithm(std::string_view name) {
  const auto found = std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                                  [&](const Algorithm& algorithm) { return algorithm.name == name; });
  return found == kAlgorithms.end() ? nullptr : &*found;
}

cjose_jws_t* jws_of(const std::unique_ptr<void, auto>& jws) { return static_cast<cjose_jws_t*>(jws.get()); }

std::string header_text(cjose_header_t* header, const char* name) {
  cjose_err error{};
  const char* text = cjose_header_get(header, name, &error);
  return text == nullptr ? std::string() : std::string(text);
}

bool has_member(cjose_header_t* header, const char* name) {
  cjose_err error{};
  char* text = cjose_header_get_raw(header, name, &error);
  const bool found = text != nullptr;
  cjose_get_dealloc()(text);
  return found;
}

}  // namespace

void SignedToken::Release::operator()(void* jws) const { cjose_jws_release(static_cast<cjose_jws_t*>(jws)); }

Result<SignedToken> SignedToken::parse(std::string_view token) {
  SignedToken out;
  cjose_err error{};
  out.jws_.reset(cjose_jws_import(token.data(), token.size(), &error));
  if (out.jws_ == nullptr) return fail(ErrorCode::kInvalidArgument, "the token is no signed JWT");
  cjose_header_t* header = cjose_jws_get_protected(jws_of(out.jws_));
  out.algorithm_ = header_text(header, CJOSE_HDR_ALG);
  out.key_id_ = header_text(header, CJOSE_HDR_KID);
  if (find_algorithm(out.algorithm_) == nullptr)
    return fail(ErrorCode::kInvalidArgument, "the token is not signed with a public key's algorithm");
  // RFC 7515 section 4.1.11: who does not understand what is critical refuses.
  if (has_member(header, "crit"))
    return fail(ErrorCode::kInvalidArgument, "the token uses an extension that floe does not know");
  return out;
}

bool SignedToken::is_signed_with(const json::object& key) const {
  if (get_string_or(key, "kty", "") != find_algorithm(algorithm_)->key_type) return false;
  if (get_string_or(key, "use", "sig") != "sig") return false;
  if (get_string_or(key, "alg", algorithm_) != algorithm_) return false;
  cjose_err error{};
  const std::string text = to_json(key);
  const std::unique_ptr<cjose_jwk_t, bool (*)(cjose_jwk_t*)> jwk(
      cjose_jwk_import(text.data(), text.size(), &error), [](cjose_jwk_t* made) { return cjose_jwk_release(made); });
  return jwk != nullptr && cjose_jws_verify(jws_of(jws_), jwk.get(), &error);
}

Result<json::object> SignedToken::claims() const {
  cjose_err error{};
  std::uint8_t* bytes = nullptr;  // the token's own
  std::size_t size = 0;
  if (!cjose_jws_get_plaintext(jws_of(jws_), &bytes, &size, &error))
    return fail(ErrorCode::kInvalidArgument, "the token has no content");
  auto claims = parse_json_object(std::string_view(reinterpret_cast<const char*>(bytes), size));
  if (!claims) return fail(ErrorCode::kInvalidArgument, "the token's content is no JSON object");
  return claims;
}

}  // namespace floe::oidc
