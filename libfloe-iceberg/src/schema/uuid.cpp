#include "schema/literal.hpp"

#include "base/text/text.hpp"

namespace floe::iceberg {

std::string uuid_to_text(std::string_view bytes) {
  std::string hex = text::to_hex(bytes);
  if (hex.size() != 32) return hex;
  for (const std::size_t position : {8U, 13U, 18U, 23U})
    hex.insert(position, "-");
  return hex;
}

std::optional<std::string> uuid_from_text(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string hex;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash_place = i == 8 || i == 13 || i == 18 || i == 23;
    if ((text[i] == '-') != is_dash_place) return std::nullopt;
    if (!is_dash_place) hex.push_back(text[i]);
  }
  return text::from_hex(hex);
}

}  // namespace floe::iceberg
