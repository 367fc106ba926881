#include "cidr.hpp"

#include "base/fail.hpp"

#include <arpa/inet.h>
#include <charconv>

namespace floe::kubernetes {
namespace {

constexpr int kBitsOfByte = 8;

int bit_at(const Cidr& range, int position) {
  const unsigned char byte = range.address.at(static_cast<std::size_t>(position / kBitsOfByte));
  return (byte >> (kBitsOfByte - 1 - position % kBitsOfByte)) & 1;
}

}  // namespace

Result<Cidr> parse_cidr(const std::string& text) {
  Cidr range;
  const std::size_t slash = text.find('/');
  const std::string address = text.substr(0, slash);
  range.family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  const int bits = range.family == AF_INET ? 32 : 128;
  const char* end = text.data() + text.size();
  const char* digits = slash == std::string::npos ? end : text.data() + slash + 1;
  const auto parsed = std::from_chars(digits, end, range.prefix);
  if (parsed.ec != std::errc() || parsed.ptr != end || range.prefix < 0 || range.prefix > bits ||
      ::inet_pton(range.family, address.c_str(), range.address.data()) != 1) {
    return failf(ErrorCode::kInvalidArgument, "`{}` is no range of addresses; one is `10.0.0.0/8` or `fd00::/8`", text);
  }
  for (int position = range.prefix; position < bits; ++position) {
    if (bit_at(range, position) != 0) {
      return failf(ErrorCode::kInvalidArgument, "`{}` has bits set behind its prefix of {} bits", text, range.prefix);
    }
  }
  return range;
}

bool is_within(const Cidr& inner, const Cidr& outer) {
  if (inner.family != outer.family || inner.prefix <= outer.prefix) return false;
  for (int position = 0; position < outer.prefix; ++position) {
    if (bit_at(inner, position) != bit_at(outer, position)) return false;
  }
  return true;
}

}  // namespace floe::kubernetes
