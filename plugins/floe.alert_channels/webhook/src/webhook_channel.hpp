// floe.alert_channels/webhook: an event is one signed POST, tried several times, once per window.
#pragma once

#include "base/result.hpp"
#include "floe/interfaces/alert_channel.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace floe::webhook {

struct Config {
  std::string url;
  std::string secret_key;  // "" = not signed
  std::int64_t attempts = 4;
  std::int64_t timeout_ms = 10'000;
  std::int64_t window_minutes = 60;
};

class WebhookChannel final : public AlertChannelPlugin<WebhookChannel> {
 public:
  explicit WebhookChannel(Config config) : config_(std::move(config)) {}

  static std::string validate_config(Call& call, std::string_view config);
  static Result<std::unique_ptr<WebhookChannel>> create(Call& call, std::string_view config);
  std::string health(Call& call);
  std::string describe(Call& call);
  Result<std::string> send(Call& call, std::string_view event);

 private:
  Config config_;
};

}  // namespace floe::webhook
