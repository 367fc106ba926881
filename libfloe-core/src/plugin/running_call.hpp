// Which plugin methods run in this process, on which threads: for the line that a crash leaves behind, and for who asks
// why nothing moves. Reading needs no lock, so a signal handler may.
#pragma once

#include "plugin/floating_point_mode.hpp"

#include <atomic>
#include <cstddef>
#include <string_view>

namespace floe {

// A method of a plugin by name. Lives as long as the process.
struct CallName {
  std::string_view plugin;   // id
  std::string_view method;   // lineage.emit; load, entry, shutdown
  std::string_view library;  // path
  // It left another floating-point mode behind, and nobody has asked yet.
  mutable std::atomic<bool> changed_floating_point{false};
};

// The one object of these names.
const CallName& call_name(std::string_view plugin, std::string_view method, std::string_view library);

// One thread that calls plugins; kept and used again by a later thread.
struct CallingThread {
  std::atomic<bool> is_taken{true};
  std::atomic<const CallName*> running{nullptr};
  CallingThread* next = nullptr;
};

// The entry of this thread, made at the first question.
CallingThread& calling_thread();

// From now on what any thread begins is written to `memory` too, NUL-terminated: "`lineage.emit` of plugin `a`". For a
// forked child, of which only shared memory is left.
void note_running_calls(char* memory, std::size_t size);

// nullptr unless note_running_calls was asked for.
using NoteFunction = void (*)(const CallName* name);
extern std::atomic<NoteFunction> note_function;

// Set in a child that a plugin forked inside one of its methods.
extern std::atomic<bool> is_forked_inside;

// Ends such a child, where its method returns: the threads and the work of floe are its parent's.
[[noreturn]] void end_forked_child();

// From here to the end of the scope this thread runs code of a plugin. The floating-point mode is put back at the end.
class RunningCall {
 public:
  explicit RunningCall(const CallName& name) : thread_(calling_thread()), outer_(thread_.running.load(kOrder)) {
    set(&name);
  }

  ~RunningCall() {
    if (is_forked_inside.load(kOrder)) end_forked_child();
    if (mode_ != FloatingPointMode()) put_back_mode();
    set(outer_);
  }

  RunningCall(const RunningCall&) = delete;
  RunningCall& operator=(const RunningCall&) = delete;

 private:
  // A signal handler of the same thread sees it; what another thread sees may be a moment old.
  static constexpr auto kOrder = std::memory_order_relaxed;

  void set(const CallName* name) {
    thread_.running.store(name, kOrder);
    if (const NoteFunction note = note_function.load(kOrder); note != nullptr) note(name);
  }

  void put_back_mode() const {
    mode_.put_back();
    thread_.running.load(kOrder)->changed_floating_point = true;
  }

  CallingThread& thread_;
  const CallName* outer_;
  FloatingPointMode mode_;
};

// What runs on this thread; nullptr when nothing does. Async-signal-safe.
const CallName* running_here();

// Calls `take(name, arg)` for what runs on each thread. Async-signal-safe when `take` is.
void each_running(void (*take)(const CallName& name, void* arg), void* arg);

// The method of constructors of a library.
constexpr std::string_view kLoadMethod = "load";

// `name` did not return and was left behind. In a library's constructors it keeps the loader's lock for good.
void note_left_behind(const CallName& name);

// The load that keeps the loader's lock; nullptr when none does.
const CallName* held_loader();

}  // namespace floe
