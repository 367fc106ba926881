// Environment variables, clock and random bytes behind interfaces; the real ones live in environment.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::io {

class Environment {
 public:
  virtual ~Environment() = default;
  [[nodiscard]] virtual std::optional<std::string> get(const std::string& name) const = 0;
};

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual std::int64_t now_unix_ns() const = 0;   // wall clock, UTC
  [[nodiscard]] virtual std::int64_t monotonic_ns() const = 0;  // for durations
};

// Names of the process's variables that begin with `prefix`.
std::vector<std::string> process_variable_names(std::string_view prefix);

std::unique_ptr<Environment> make_process_environment();
std::unique_ptr<Clock> make_system_clock();

std::string random_bytes(std::size_t count);  // from the operating system
std::string random_uuid();                    // version 4, lower case with dashes

}  // namespace floe::io
