#include "metadata/properties.hpp"

#include "base/text/text.hpp"

#include <charconv>

namespace floe::iceberg {

std::int64_t property_int(const Properties& properties, std::string_view key, std::int64_t fallback) {
  const auto found = properties.find(std::string(key));
  if (found == properties.end()) return fallback;
  const auto& text = found->second;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : fallback;
}

bool property_bool(const Properties& properties, std::string_view key, bool fallback) {
  const auto found = properties.find(std::string(key));
  if (found == properties.end()) return fallback;
  return text::equals_ignore_case_ascii(found->second, "true");
}

std::string property_text(const Properties& properties, std::string_view key, std::string_view fallback) {
  const auto found = properties.find(std::string(key));
  return found == properties.end() ? std::string(fallback) : found->second;
}

}  // namespace floe::iceberg
