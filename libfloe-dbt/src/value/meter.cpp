#include "value/meter.hpp"

#include "value/exception.hpp"

#include <fmt/format.h>

#include <ctime>
#include <utility>

namespace floe::dbt {
namespace {

constexpr std::uint64_t kBetweenLooks = 65536;  // steps, some milliseconds

std::int64_t cpu_now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

thread_local constinit Meter::State Meter::state_;

Meter::Run::Run(const MeterLimits& limits) noexcept {
  if (state_.depth++ > 0) return;
  state_.steps = 0;
  state_.next_look = kBetweenLooks;
  state_.limits = limits;
  state_.bytes_before = state_.bytes;
  state_.cpu_before_ns = cpu_now_ns();
}

Meter::Run::~Run() {
  if (--state_.depth == 0) lift();
}

void Meter::lift() {
  state_.next_look = UINT64_MAX;
  state_.steps = 0;
  state_.limits = State().limits;
}

void Meter::look() {
  state_.next_look = state_.steps + kBetweenLooks;
  const MeterLimits& limits = state_.limits;
  if (state_.steps > limits.steps) refuse(fmt::format("the template takes more than {} steps", limits.steps));
  if (state_.bytes - state_.bytes_before > limits.values)
    refuse(fmt::format("the values of the template take more than {} bytes", limits.values));
  if (cpu_now_ns() - state_.cpu_before_ns > limits.cpu_seconds * 1'000'000'000)
    refuse(fmt::format("the template takes more than {} s", limits.cpu_seconds));
}

void Meter::refuse_text() { refuse(fmt::format("a text of the template is longer than {} bytes", state_.limits.text)); }

// What unwinds and tells of it is not limited.
void Meter::refuse(std::string problem) {
  lift();
  raise(ExceptionKind::kLimit, std::move(problem));
}

}  // namespace floe::dbt
