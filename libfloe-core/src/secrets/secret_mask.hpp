// Values that must not be shown, and what text looks like without them.
#pragma once

#include <atomic>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace floe::service {

// Thread-safe. Knows every value it was given for as long as it lives, as written and as JSON, URLs and base64 write
// it; then wipes them.
class SecretMask {
 public:
  // Shorter ones stay readable: masking them would destroy every text.
  static constexpr std::size_t kShortest = 4;

  SecretMask() = default;
  SecretMask(const SecretMask&) = delete;
  SecretMask& operator=(const SecretMask&) = delete;
  ~SecretMask();

  void add(std::string_view value);

  // `text` with `***` for each value.
  [[nodiscard]] std::string apply(std::string_view text) const;

  // The same for a JSON document, which stays one: only texts that are values are looked into, so a secret `true` or
  // `name` does no harm.
  [[nodiscard]] std::string apply_to_json(std::string_view document) const;

 private:
  std::atomic<bool> is_empty_{true};
  mutable std::shared_mutex mutex_;
  std::vector<std::string> values_;  // the longest first: one may contain another
};

}  // namespace floe::service
