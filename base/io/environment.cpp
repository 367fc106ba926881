#include "base/io/environment.hpp"

#include "base/result.hpp"
#include "base/text/text.hpp"

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <sys/random.h>
#include <unistd.h>

namespace floe::io {

namespace {

class ProcessEnvironment final : public Environment {
 public:
  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nothing in floe calls setenv
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  }
};

std::int64_t read_clock(clockid_t clock) {
  timespec now{};
  FLOE_ASSERT(::clock_gettime(clock, &now) == 0);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t now_unix_ns() const override { return read_clock(CLOCK_REALTIME); }

  [[nodiscard]] std::int64_t monotonic_ns() const override { return read_clock(CLOCK_MONOTONIC); }
};

}  // namespace

std::vector<std::string> process_variable_names(std::string_view prefix) {
  std::vector<std::string> names;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view pair = *entry;
    const std::string_view name = pair.substr(0, pair.find('='));
    if (name.starts_with(prefix)) names.emplace_back(name);
  }
  return names;
}

std::unique_ptr<Environment> make_process_environment() { return std::make_unique<ProcessEnvironment>(); }

std::unique_ptr<Clock> make_system_clock() { return std::make_unique<SystemClock>(); }

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t filled = 0;
  while (filled < count) {
    const ssize_t got = ::getrandom(bytes.data() + filled, count - filled, 0);
    FLOE_ASSERT(got > 0 || errno == EINTR);
    if (got > 0) filled += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::string random_uuid() {
  std::string bytes = random_bytes(16);
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | 0x40U);  // version 4
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);  // RFC 4122 variant
  std::string text = text::to_hex(bytes);
  for (const std::size_t position : {8U, 13U, 18U, 23U})
    text.insert(position, 1, '-');
  return text;
}

}  // namespace floe::io
