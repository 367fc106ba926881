// MurmurHash3, x86 variant, 32 bits, seed 0, and what Iceberg feeds it.
#include "base/transform/transform.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace floe::transform {

namespace {

static_assert(std::endian::native == std::endian::little, "blocks are read as little-endian words");

constexpr std::uint32_t kFirst = 0xCC9E2D51U;
constexpr std::uint32_t kSecond = 0x1B873593U;

std::uint32_t scramble(std::uint32_t block) { return std::rotl(block * kFirst, 15) * kSecond; }

std::uint32_t finish(std::uint32_t hash, std::size_t size) {
  hash ^= static_cast<std::uint32_t>(size);
  hash ^= hash >> 16U;
  hash *= 0x85EBCA6BU;
  hash ^= hash >> 13U;
  hash *= 0xC2B2AE35U;
  return hash ^ (hash >> 16U);
}

}  // namespace

std::int32_t murmur3_32(std::string_view bytes) {
  std::uint32_t hash = 0;
  std::size_t position = 0;
  for (; position + 4 <= bytes.size(); position += 4) {
    std::uint32_t block = 0;
    std::memcpy(&block, bytes.data() + position, 4);
    hash = std::rotl(hash ^ scramble(block), 13) * 5 + 0xE6546B64U;
  }
  std::uint32_t tail = 0;
  for (std::size_t i = bytes.size(); i > position; --i) {
    tail = (tail << 8U) | static_cast<unsigned char>(bytes[i - 1]);
  }
  if (position < bytes.size()) hash ^= scramble(tail);
  return static_cast<std::int32_t>(finish(hash, bytes.size()));
}

std::int32_t hash_long(std::int64_t value) {
  std::array<char, 8> bytes{};
  std::memcpy(bytes.data(), &value, bytes.size());
  return murmur3_32({bytes.data(), bytes.size()});
}

std::int32_t hash_bytes(std::string_view bytes) { return murmur3_32(bytes); }

std::int32_t hash_decimal(std::string_view big_endian_minimal) { return murmur3_32(big_endian_minimal); }

}  // namespace floe::transform
