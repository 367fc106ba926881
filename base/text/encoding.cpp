// Hexadecimal, base64 and digests.
#include "base/result.hpp"
#include "base/text/text.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstdint>

namespace floe::text {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 0xFF;

constexpr std::array<std::uint8_t, 256> make_base64_values() {
  std::array<std::uint8_t, 256> values{};
  for (std::uint8_t& value : values)
    value = kNoDigit;
  for (std::size_t i = 0; i < kBase64Digits.size(); ++i) {
    values[static_cast<unsigned char>(kBase64Digits[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr std::array<std::uint8_t, 256> kBase64Values = make_base64_values();

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::uint32_t byte_at(std::string_view bytes, std::size_t index) { return static_cast<unsigned char>(bytes[index]); }

std::string digest_hex(std::string_view bytes, const EVP_MD* algorithm) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  FLOE_ASSERT(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm, nullptr) == 1);
  return to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string result;
  result.reserve(bytes.size() * 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint32_t byte = byte_at(bytes, i);
    result.push_back(kHexDigits[byte >> 4U]);
    result.push_back(kHexDigits[byte & 0x0FU]);
  }
  return result;
}

std::optional<std::string> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string result;
  result.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = hex_value(hex[i]);
    const int low = hex_value(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    result.push_back(static_cast<char>(static_cast<unsigned char>(high * 16 + low)));
  }
  return result;
}

std::string to_base64(std::string_view bytes) {
  std::string result;
  result.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t group = (byte_at(bytes, i) << 16U) | (left > 1 ? byte_at(bytes, i + 1) << 8U : 0U) |
                                (left > 2 ? byte_at(bytes, i + 2) : 0U);
    result.push_back(kBase64Digits[group >> 18U]);
    result.push_back(kBase64Digits[(group >> 12U) & 0x3FU]);
    result.push_back(left > 1 ? kBase64Digits[(group >> 6U) & 0x3FU] : '=');
    result.push_back(left > 2 ? kBase64Digits[group & 0x3FU] : '=');
  }
  return result;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=')
    ++padding;
  const std::string_view digits = text.substr(0, text.size() - padding);
  std::string result;
  result.reserve(text.size() / 4 * 3);
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const char c : digits) {
    const std::uint8_t value = kBase64Values[static_cast<unsigned char>(c)];
    if (value == kNoDigit) return std::nullopt;
    pending = (pending << 6U) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    result.push_back(static_cast<char>(static_cast<unsigned char>((pending >> bits) & 0xFFU)));
  }
  if ((pending & ((1U << bits) - 1U)) != 0) return std::nullopt;  // two texts must not mean the same bytes
  return result;
}

std::string sha256_hex(std::string_view bytes) { return digest_hex(bytes, EVP_sha256()); }

std::string md5_hex(std::string_view bytes) { return digest_hex(bytes, EVP_md5()); }

}  // namespace floe::text
