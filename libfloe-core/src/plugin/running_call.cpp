#include "plugin/running_call.hpp"

#include "plugin/preserved_memory.hpp"
#include "plugin/signal_stack.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <pthread.h>
#include <string>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace floe {
namespace {

constexpr int kForkedChildExitCode = 2;

// All that a handler may read is reached from here and changes by one store.
std::atomic<CallingThread*> first_thread{nullptr};
std::atomic<const CallName*> loader_holder{nullptr};

char* note_memory = nullptr;
std::size_t note_size = 0;

void write_note(const CallName* name) {
  std::string text;
  if (name != nullptr) text.append("`").append(name->method).append("` of plugin `").append(name->plugin).append("`");
  const std::size_t length = std::min(text.size(), note_size - 1);
  text.copy(note_memory, length);
  note_memory[length] = '\0';
}

CallingThread* take_thread() {
  for (CallingThread* thread = first_thread.load(); thread != nullptr; thread = thread->next) {
    bool is_free = false;
    if (thread->is_taken.compare_exchange_strong(is_free, true)) return thread;
  }
  auto* made = PreservedMemory::get().make<CallingThread>();
  push_front(first_thread, made);
  return made;
}

// Plain, and at a fixed place of the thread: a handler reads it without a constructor and without the tables of the
// loader.
__attribute__((tls_model("initial-exec"))) thread_local CallingThread* this_thread = nullptr;

struct ThreadEntry {
  SignalStack stack;
};

void end_thread(void* entry) {
  // A plugin ended the thread, or the process, inside its method: who looks next finds it there.
  if (this_thread->running != nullptr) return;
  std::exchange(this_thread, nullptr)->is_taken = false;
  delete static_cast<ThreadEntry*>(entry);
}

// Ends the entry with the thread. A thread_local object would do the same, but it takes the lock of the loader, which a
// constructor of a library may hold for ever.
pthread_key_t thread_end() {
  static const pthread_key_t kKey = [] {
    pthread_key_t made{};
    if (::pthread_key_create(&made, end_thread) != 0) throw std::bad_alloc();
    return made;
  }();
  return kKey;
}

void watch_forks() {
  static const int kWatched = ::pthread_atfork(nullptr, nullptr, [] { is_forked_inside = running_here() != nullptr; });
  static_cast<void>(kWatched);
}

}  // namespace

std::atomic<NoteFunction> note_function{nullptr};

std::atomic<bool> is_forked_inside{false};

void end_forked_child() { ::_exit(kForkedChildExitCode); }

void note_running_calls(char* memory, std::size_t size) {
  note_memory = memory;
  note_size = size;
  note_function = write_note;
}

const CallName& call_name(std::string_view plugin, std::string_view method, std::string_view library) {
  // Never destroyed: threads that were left behind may come here.
  static auto& mutex = *new std::mutex;
  static auto& names = *new std::map<std::tuple<std::string, std::string, std::string>, const CallName*>;
  const std::lock_guard lock(mutex);
  const CallName*& name = names[{std::string(plugin), std::string(method), std::string(library)}];
  if (name == nullptr) {
    PreservedMemory& preserved = PreservedMemory::get();
    name = preserved.make<CallName>(preserved.copy(plugin), preserved.copy(method), preserved.copy(library));
  }
  return *name;
}

CallingThread& calling_thread() {
  if (this_thread == nullptr) {
    watch_forks();
    auto entry = std::make_unique<ThreadEntry>();
    this_thread = take_thread();
    if (::pthread_setspecific(thread_end(), entry.get()) == 0) entry.release();  // NOLINT: the key owns it now
  }
  return *this_thread;
}

const CallName* running_here() {
  return this_thread == nullptr ? nullptr : this_thread->running.load(std::memory_order_relaxed);
}

void each_running(void (*take)(const CallName& name, void* arg), void* arg) {
  for (const CallingThread* thread = first_thread.load(); thread != nullptr; thread = thread->next) {
    const CallName* name = thread->running.load();
    if (name != nullptr) take(*name, arg);
  }
}

void note_left_behind(const CallName& name) {
  if (name.method == kLoadMethod) loader_holder = &name;
}

const CallName* held_loader() { return loader_holder; }

}  // namespace floe
