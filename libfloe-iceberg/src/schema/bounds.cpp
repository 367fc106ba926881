#include "schema/bounds.hpp"

#include "base/text/text.hpp"

namespace floe::iceberg {

namespace {

constexpr char32_t kLastCodePoint = 0x10FFFF;
constexpr char32_t kBeforeSurrogates = 0xD7FF;
constexpr char32_t kAfterSurrogates = 0xE000;

// Byte offset where the last code point of valid UTF-8 begins.
std::size_t last_code_point_offset(std::string_view utf8) {
  std::size_t offset = utf8.size() - 1;
  while (offset > 0 && (static_cast<unsigned char>(utf8[offset]) & 0xC0U) == 0x80U)
    --offset;
  return offset;
}

std::optional<std::string> increment_text(std::string prefix) {
  while (!prefix.empty()) {
    const std::size_t start = last_code_point_offset(prefix);
    std::size_t position = start;
    const char32_t last = text::next_code_point(prefix, &position);
    prefix.resize(start);
    if (last == kLastCodePoint) continue;
    text::append_utf8(&prefix, last == kBeforeSurrogates ? kAfterSurrogates : last + 1);
    return prefix;
  }
  return std::nullopt;
}

std::optional<std::string> increment_bytes(std::string prefix) {
  while (!prefix.empty()) {
    const auto last = static_cast<unsigned char>(prefix.back());
    if (last == 0xFF) {
      prefix.pop_back();
      continue;
    }
    prefix.back() = static_cast<char>(last + 1);
    return prefix;
  }
  return std::nullopt;
}

std::string_view cut(const Type& type, std::string_view bytes, std::int32_t width) {
  const auto units = static_cast<std::size_t>(width);
  if (type.id() == TypeId::kString) {
    return bytes.size() <= units ? bytes : bytes.substr(0, text::code_point_offset(bytes, units));
  }
  if (type.id() == TypeId::kBinary || type.id() == TypeId::kFixed) return bytes.substr(0, units);
  return bytes;
}

}  // namespace

std::string truncate_lower_bound(const Type& type, std::string_view bytes, std::int32_t width) {
  return std::string(cut(type, bytes, width));
}

std::optional<std::string> truncate_upper_bound(const Type& type, std::string_view bytes, std::int32_t width) {
  const std::string_view prefix = cut(type, bytes, width);
  if (prefix.size() == bytes.size()) return std::string(bytes);
  return type.id() == TypeId::kString ? increment_text(std::string(prefix)) : increment_bytes(std::string(prefix));
}

}  // namespace floe::iceberg
