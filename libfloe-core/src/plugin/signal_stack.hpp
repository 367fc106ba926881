// The stack that signal handlers of a thread run on, so that one runs after a stack overflow.
#pragma once

namespace floe {

// Threads that call plugins get an alternate signal stack from now on.
void use_signal_stacks();

// Such a stack for this thread, unless none is asked for or the thread has one already. Ends on the same thread.
class SignalStack {
 public:
  SignalStack();
  ~SignalStack();

  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  void* memory_ = nullptr;
};

}  // namespace floe
