#include "parse/text_forms.hpp"

#include "base/text/text.hpp"

namespace floe::dbt {
namespace {

// Bytes of the white space character at `at`; 0 when there is none. The set of str.isspace().
std::size_t space_at(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return byte == ' ' || (byte >= 0x09 && byte <= 0x0d) || (byte >= 0x1c && byte <= 0x1f) ? 1 : 0;
  if (byte != 0xc2 && byte != 0xe1 && byte != 0xe2 && byte != 0xe3) return 0;
  std::size_t next = at;
  const char32_t point = text::next_code_point(text, &next);
  const bool space = point == 0x85 || point == 0xa0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200a) ||
                     point == 0x2028 || point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000;
  return space ? next - at : 0;
}

}  // namespace

std::size_t leading_space(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t space = space_at(text, at);
    if (space == 0) break;
    at += space;
  }
  return at;
}

std::string_view trim_python(std::string_view text) {
  text.remove_prefix(leading_space(text));
  while (!text.empty()) {
    std::size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xc0) == 0x80)
      --start;
    const std::size_t space = space_at(text, start);
    if (space == 0 || start + space != text.size()) break;
    text.remove_suffix(space);
  }
  return text;
}

std::string collapse_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool pending = false;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t space = space_at(text, at); space != 0) {
      pending = !out.empty();
      at += space;
      continue;
    }
    if (pending) out += ' ';
    pending = false;
    out += text[at++];
  }
  return out;
}

std::string code_checksum(std::string_view text) { return text::sha256_hex(collapse_space(text)); }

std::string identifier_text(std::string_view text) {
  std::string out;
  bool replaced = false;
  for (char c : text) {
    const bool keeps = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (keeps) {
      out += c;
    } else if (!replaced) {
      out += '_';
    }
    replaced = !keeps;
  }
  return out;
}

}  // namespace floe::dbt
