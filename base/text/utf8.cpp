#include "base/text/text.hpp"

#include <algorithm>
#include <cstring>

namespace floe::text {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool is_continuation(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

struct Decoded {
  char32_t code_point = kReplacement;
  std::size_t length = 1;
  bool valid = false;
};

// Strict: no overlong forms, no surrogates, nothing above U+10FFFF.
Decoded decode(std::string_view text, std::size_t position) {
  const auto at = [&](std::size_t index) { return static_cast<unsigned char>(text[position + index]); };
  const std::size_t left = text.size() - position;
  const unsigned char first = at(0);
  if (first < 0x80U) return {first, 1, true};
  if (first >= 0xC2U && first <= 0xDFU) {
    if (left < 2 || !is_continuation(at(1))) return {};
    return {((first & 0x1FU) << 6U) | (at(1) & 0x3FU), 2, true};
  }
  if (first >= 0xE0U && first <= 0xEFU) {
    if (left < 3 || !is_continuation(at(1)) || !is_continuation(at(2))) return {};
    const char32_t value = ((first & 0x0FU) << 12U) | ((at(1) & 0x3FU) << 6U) | (at(2) & 0x3FU);
    if (value < 0x800U || (value >= 0xD800U && value <= 0xDFFFU)) return {};
    return {value, 3, true};
  }
  if (first >= 0xF0U && first <= 0xF4U) {
    if (left < 4 || !is_continuation(at(1)) || !is_continuation(at(2)) || !is_continuation(at(3))) return {};
    const char32_t value =
        ((first & 0x07U) << 18U) | ((at(1) & 0x3FU) << 12U) | ((at(2) & 0x3FU) << 6U) | (at(3) & 0x3FU);
    if (value < 0x10000U || value > 0x10FFFFU) return {};
    return {value, 4, true};
  }
  return {};
}

// Length of the ASCII run at `position`, eight bytes at a time: most of what floe reads is ASCII.
std::size_t ascii_run(std::string_view text, std::size_t position) {
  const std::size_t start = position;
  while (position + 8 <= text.size()) {
    std::uint64_t block = 0;
    std::memcpy(&block, text.data() + position, 8);
    if ((block & 0x8080808080808080ULL) != 0) break;
    position += 8;
  }
  while (position < text.size() && static_cast<unsigned char>(text[position]) < 0x80U)
    ++position;
  return position - start;
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view bytes) {
  std::size_t position = 0;
  while (position < bytes.size()) {
    position += ascii_run(bytes, position);
    if (position >= bytes.size()) break;
    const Decoded decoded = decode(bytes, position);
    if (!decoded.valid) return position;
    position += decoded.length;
  }
  return std::nullopt;
}

bool is_valid_utf8(std::string_view bytes) { return !find_invalid_utf8(bytes).has_value(); }

std::size_t code_point_count(std::string_view utf8) {
  std::size_t count = 0;
  std::size_t position = 0;
  while (position < utf8.size()) {
    const std::size_t run = ascii_run(utf8, position);
    count += run;
    position += run;
    if (position >= utf8.size()) break;
    position += decode(utf8, position).length;
    ++count;
  }
  return count;
}

std::size_t code_point_offset(std::string_view utf8, std::size_t index) {
  std::size_t position = 0;
  while (index > 0 && position < utf8.size()) {
    const std::size_t run = std::min(ascii_run(utf8, position), index);
    if (run > 0) {
      position += run;
      index -= run;
      continue;
    }
    position += decode(utf8, position).length;
    --index;
  }
  return position;
}

char32_t next_code_point(std::string_view utf8, std::size_t* position) {
  const Decoded decoded = decode(utf8, *position);
  *position += decoded.length;
  return decoded.code_point;
}

void append_utf8(std::string* out, char32_t code_point) {
  if (code_point > 0x10FFFFU || (code_point >= 0xD800U && code_point <= 0xDFFFU)) code_point = kReplacement;
  const auto put = [&](char32_t byte) { out->push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (code_point < 0x80U) {
    put(code_point);
  } else if (code_point < 0x800U) {
    put(0xC0U | (code_point >> 6U));
    put(0x80U | (code_point & 0x3FU));
  } else if (code_point < 0x10000U) {
    put(0xE0U | (code_point >> 12U));
    put(0x80U | ((code_point >> 6U) & 0x3FU));
    put(0x80U | (code_point & 0x3FU));
  } else {
    put(0xF0U | (code_point >> 18U));
    put(0x80U | ((code_point >> 12U) & 0x3FU));
    put(0x80U | ((code_point >> 6U) & 0x3FU));
    put(0x80U | (code_point & 0x3FU));
  }
}

}  // namespace floe::text
