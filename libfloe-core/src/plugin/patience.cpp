#include "plugin/patience.hpp"

#include <charconv>
#include <string>

namespace floe {

std::chrono::milliseconds plugin_patience(const io::Environment& environment) {
  constexpr int kDefault = 60;
  constexpr int kLongest = 86'400;
  const std::string text = environment.get("FLOE_PLUGIN_TIMEOUT").value_or("");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  return std::chrono::seconds(is_number && seconds >= 1 && seconds <= kLongest ? seconds : kDefault);
}

}  // namespace floe
