// A text that must not stay in memory.
#pragma once

#include <cstring>
#include <string>
#include <utility>

namespace floe::answers {

// Wiped when it goes.
struct Wiped {
  Wiped() = default;

  explicit Wiped(std::string given) : text(std::move(given)) {}

  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;

  ~Wiped() { ::explicit_bzero(text.data(), text.size()); }

  std::string text;
};

}  // namespace floe::answers
