// Meter: how much work a run of templates has done on this thread, and how much its values take. Values are made and
// walked in hundreds of places that know nothing of a run, so the meter is the thread's. Outside of a run nothing is
// limited.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace floe::dbt {

// Far beyond what projects do: seconds of loops, and what a large model renders to many times over.
struct MeterLimits {
  std::uint64_t steps = 200'000'000;
  std::size_t text = std::size_t{128} << 20;    // bytes of one text
  std::int64_t values = std::int64_t{1} << 30;  // bytes of all values that live
  std::int64_t cpu_seconds = 60;
};

class Meter {
 public:
  // Steps of an item that is walked over or that a container takes, so that the items of all of them stay within the
  // memory.
  static constexpr std::uint64_t kElement = 8;

  // The life of a run; one inside another belongs to the outer one.
  class Run {
   public:
    explicit Run(const MeterLimits& limits = {}) noexcept;
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run();
  };

  // Work: a statement or an expression is one. Raises when it is too much.
  static void step(std::uint64_t count = 1) {
    state_.steps += count;
    if (state_.steps >= state_.next_look) look();
  }

  // Work on a text: reading, copying or comparing it.
  static void read_text(std::size_t bytes) { step(bytes >> 6U); }

  // A text has grown to that size. Raises when it is too long.
  static void grow_text(std::size_t bytes) {
    if (bytes > state_.limits.text) refuse_text();
  }

  // Values that come and go; never raises.
  static void take(std::int64_t bytes) noexcept { state_.bytes += bytes; }

  static void give_back(std::int64_t bytes) noexcept { state_.bytes -= bytes; }

 private:
  static void look();
  static void lift();
  [[noreturn]] static void refuse_text();
  [[noreturn]] static void refuse(std::string problem);

  struct State {
    std::uint64_t steps = 0;
    std::uint64_t next_look = UINT64_MAX;
    MeterLimits limits = {UINT64_MAX, SIZE_MAX, INT64_MAX, INT64_MAX};
    std::int64_t bytes = 0;  // of this thread: what another one frees is missed, and does not matter within a run
    std::int64_t bytes_before = 0;
    std::int64_t cpu_before_ns = 0;
    int depth = 0;
  };

  static thread_local constinit State state_;
};

}  // namespace floe::dbt
