#include "plugin/plugin_timeout.hpp"

#include "base/fail.hpp"

#include <charconv>
#include <string>

namespace floe {

Result<std::chrono::milliseconds> plugin_timeout(const io::Environment& environment) {
  constexpr int kDefault = 60;
  constexpr int kLongest = 86'400;
  const std::string text = environment.get("FLOE_PLUGIN_TIMEOUT").value_or("");
  if (text.empty()) return std::chrono::seconds(kDefault);
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (is_number && seconds >= 1 && seconds <= kLongest) return std::chrono::seconds(seconds);
  return failf(ErrorCode::kInvalidArgument,
               "`FLOE_PLUGIN_TIMEOUT` is `{}`, which is no whole number of seconds from 1 to {}", text, kLongest);
}

}  // namespace floe
