// WriteAttempts: when a write whose table was changed meanwhile is made again.
#pragma once

#include "floe/plugin_call.hpp"

#include <chrono>
#include <string>

namespace floe::warehouse {

// Commits that only add files are rebased by the table format. What reads the table (a merge) or no longer fits it
// starts over, on the new snapshot. Writers that meet again and again part by waiting at random, up to as long as their
// attempt took, times the number of failures.
class WriteAttempts {
 public:
  explicit WriteAttempts(std::string table) : table_(std::move(table)) {}

  void begin() { began_ = std::chrono::steady_clock::now(); }

  // After a conflict. False: no more attempts, or the call was cancelled.
  bool wait(Call& call);

  [[nodiscard]] int failures() const { return failures_; }

 private:
  std::string table_;
  int failures_ = 0;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace floe::warehouse
