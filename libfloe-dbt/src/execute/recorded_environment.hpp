// The environment of the process, with the names that were asked for: what a parsed project depends on besides its
// files.
#pragma once

#include "base/io/environment.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace floe::dbt {

// Thread-safe.
class RecordedEnvironment final : public io::Environment {
 public:
  explicit RecordedEnvironment(std::unique_ptr<io::Environment> base) : base_(std::move(base)) {}

  // From here on only these are seen; nullopt: all.
  void confine(std::optional<std::set<std::string>> names) {
    const std::lock_guard lock(mutex_);
    seen_ = std::move(names);
  }

  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override {
    const std::lock_guard lock(mutex_);
    names_.insert(name);
    if (seen_ && !seen_->contains(name)) return std::nullopt;
    return base_->get(name);
  }

  [[nodiscard]] std::set<std::string> names() const {
    const std::lock_guard lock(mutex_);
    return names_;
  }

 private:
  std::unique_ptr<io::Environment> base_;
  mutable std::mutex mutex_;
  mutable std::set<std::string> names_;
  std::optional<std::set<std::string>> seen_;
};

}  // namespace floe::dbt
