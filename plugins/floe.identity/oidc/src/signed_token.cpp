#include "signed_token.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <cjose/cjose.h>
#include <cstdint>
#include <optional>

namespace floe::oidc {
namespace {

struct Algorithm {
  std::string_view name;
  std::string_view key_type;
  std::string_view curve;  // "" for RSA
};

// RFC 7518 section 3.1, those of a public key: with a shared one whoever can check a token could make one.
constexpr std::array<Algorithm, 9> kAlgorithms{{{"RS256", "RSA", ""},
                                                {"RS384", "RSA", ""},
                                                {"RS512", "RSA", ""},
                                                {"PS256", "RSA", ""},
                                                {"PS384", "RSA", ""},
                                                {"PS512", "RSA", ""},
                                                {"ES256", "EC", "P-256"},
                                                {"ES384", "EC", "P-384"},
                                                {"ES512", "EC", "P-521"}}};

const Algorithm* find_algorithm(std::string_view name) {
  const auto found = std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                                  [&](const Algorithm& algorithm) { return algorithm.name == name; });
  return found == kAlgorithms.end() ? nullptr : &*found;
}

cjose_jws_t* jws_of(const auto& jws) { return static_cast<cjose_jws_t*>(jws.get()); }

// RFC 7515 section 2: base64 with `-` and `_`, without padding.
std::optional<std::string> from_base64url(std::string_view text) {
  if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
  std::string base64(text);
  std::replace(base64.begin(), base64.end(), '-', '+');
  std::replace(base64.begin(), base64.end(), '_', '/');
  base64.append((4 - base64.size() % 4) % 4, '=');
  return text::from_base64(base64);
}

// Read here and not by cjose, which says of members that are neither text, array nor object that they are not there.
Result<json::object> read_header(std::string_view token) {
  const auto bytes = from_base64url(token.substr(0, token.find('.')));
  auto header = parse_json_object(bytes.value_or(""));
  if (!header) return fail(ErrorCode::kInvalidArgument, "the token is no signed JWT");
  // RFC 7515 section 4.1.11: who does not understand what is critical refuses.
  if (header->contains("crit"))
    return fail(ErrorCode::kInvalidArgument, "the token uses an extension that floe does not know");
  for (const char* name : {"alg", "kid"}) {
    if (header->contains(name) && !get_string(*header, name))
      return failf(ErrorCode::kInvalidArgument, "the token's `{}` is no text", name);
  }
  return header;
}

bool is_absent_or(const json::object& key, std::string_view name, std::string_view text) {
  return !key.contains(name) || get_string(key, name) == text;
}

// RFC 7517 section 4.2 to 4.4: what its issuer publishes a key for.
bool is_meant_for(const json::object& key, std::string_view algorithm) {
  if (!is_absent_or(key, "use", "sig") || !is_absent_or(key, "alg", algorithm)) return false;
  if (!key.contains("key_ops")) return true;
  const json::array* operations = get_array(key, "key_ops");
  return operations != nullptr && std::find(operations->begin(), operations->end(), "verify") != operations->end();
}

// A whole number of a JWK, big-endian, without leading zeros (RFC 7518 section 2).
std::string number_of(const json::object& key, std::string_view name) {
  const std::string bytes = from_base64url(get_string_or(key, name, "")).value_or("");
  return bytes.substr(std::min(bytes.find_first_not_of('\0'), bytes.size()));
}

// RFC 7518 section 3.3. With the exponent 1 a signature is the digest itself, which anyone can write.
bool is_strong_rsa(const json::object& key) {
  constexpr std::size_t kLeastBytes = 256;
  constexpr unsigned char kHighestBit = 0x80;
  const std::string modulus = number_of(key, "n");
  const std::string exponent = number_of(key, "e");
  const bool is_long =
      modulus.size() > kLeastBytes ||
      (modulus.size() == kLeastBytes && (static_cast<unsigned char>(modulus.front()) & kHighestBit) != 0);
  const bool is_odd = !exponent.empty() && (static_cast<unsigned char>(exponent.back()) & 1U) != 0;
  return is_long && is_odd && exponent != "\1";
}

}  // namespace

void SignedToken::Release::operator()(void* jws) const { cjose_jws_release(static_cast<cjose_jws_t*>(jws)); }

Result<SignedToken> SignedToken::parse(std::string_view token) {
  const json::object header = FLOE_TRY(read_header(token));
  SignedToken out;
  cjose_err error{};
  out.jws_.reset(cjose_jws_import(token.data(), token.size(), &error));
  if (out.jws_ == nullptr) return fail(ErrorCode::kInvalidArgument, "the token is no signed JWT");
  out.algorithm_ = get_string_or(header, "alg", "");
  out.key_id_ = get_string_or(header, "kid", "");
  if (find_algorithm(out.algorithm_) == nullptr)
    return fail(ErrorCode::kInvalidArgument, "the token is not signed with a public key's algorithm");
  return out;
}

bool SignedToken::is_signed_with(const json::object& key) const {
  const Algorithm& algorithm = *find_algorithm(algorithm_);
  if (get_string_or(key, "kty", "") != algorithm.key_type || !is_meant_for(key, algorithm_)) return false;
  const bool is_rsa = algorithm.curve.empty();
  if (is_rsa ? !is_strong_rsa(key) : get_string_or(key, "crv", "") != algorithm.curve) return false;
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
