#include "plugin/signal_stack.hpp"

#include "plugin/preserved_memory.hpp"

#include <atomic>
#include <csignal>
#include <cstddef>
#include <sys/mman.h>

namespace floe {
namespace {

constexpr std::size_t kSignalStack = std::size_t{64} * 1024;

std::atomic<bool> wants_signal_stacks{false};

}  // namespace

void use_signal_stacks() { wants_signal_stacks = true; }

SignalStack::SignalStack() {
  stack_t there{};
  if (!wants_signal_stacks || ::sigaltstack(nullptr, &there) != 0 || (there.ss_flags & SS_DISABLE) == 0) return;
  memory_ = map_pages(kSignalStack);
  stack_t wanted{};
  wanted.ss_sp = memory_;
  wanted.ss_size = kSignalStack;
  ::sigaltstack(&wanted, nullptr);
}

SignalStack::~SignalStack() {
  if (memory_ == nullptr) return;
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  ::sigaltstack(&none, nullptr);
  ::munmap(memory_, kSignalStack);
}

}  // namespace floe
