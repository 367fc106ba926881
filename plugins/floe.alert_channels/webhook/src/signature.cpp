#include "signature.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace floe::webhook {

Result<std::string> sign(std::string_view secret, std::string_view id, std::int64_t timestamp, std::string_view body) {
  constexpr std::string_view kPrefix = "whsec_";
  if (secret.starts_with(kPrefix)) secret.remove_prefix(kPrefix.size());
  const auto key = text::from_base64(secret);
  if (!key || key->empty()) return fail(ErrorCode::kInvalidConfig, "the signing secret is no base64");
  const std::string message = fmt::format("{}.{}.{}", id, timestamp, body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  if (HMAC(EVP_sha256(), key->data(), static_cast<int>(key->size()), bytes, message.size(), digest.data(), &length) ==
      nullptr) {
    return fail(ErrorCode::kInternal, "HMAC-SHA256 is not to be had");
  }
  return "v1," + text::to_base64(std::string_view(reinterpret_cast<const char*>(digest.data()), length));
}

}  // namespace floe::webhook
