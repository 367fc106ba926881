#include "base/text/keyed_digest.hpp"

#include "base/result.hpp"
#include "base/text/text.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace floe::text {

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto key_size = static_cast<int>(key.size());
  FLOE_ASSERT(HMAC(EVP_sha256(), key.data(), key_size, data, bytes.size(), digest.data(), &size) != nullptr);
  return to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

bool equals_in_constant_time(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace floe::text
