#include "plugin/running_call.hpp"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <link.h>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <pthread.h>
#include <string>
#include <sys/mman.h>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace floe {
namespace {

constexpr int kForkedChildExitCode = 2;
constexpr std::size_t kSignalStack = std::size_t{64} * 1024;

void* pages(std::size_t size) {
  void* made = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (made == MAP_FAILED) throw std::bad_alloc();
  return made;
}

// Where all lies that a handler may read: pages apart from the heap, which a plugin may have damaged. Never given back.
class Preserve {
 public:
  template <class T, class... Arguments>
  T* make(Arguments&&... arguments) {
    return new (take(sizeof(T))) T{std::forward<Arguments>(arguments)...};
  }

  std::string_view copy(std::string_view text) {
    char* place = static_cast<char*>(take(text.size() + 1));
    std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }

  static Preserve& get() {
    static auto& preserve = *new Preserve;
    return preserve;
  }

 private:
  static constexpr std::size_t kPages = std::size_t{64} * 1024;

  void* take(std::size_t size) {
    const std::lock_guard lock(mutex_);
    size = (size + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);
    if (size > left_) {
      left_ = std::max(size, kPages);
      free_ = static_cast<std::byte*>(pages(left_));
    }
    left_ -= size;
    return std::exchange(free_, free_ + size);
  }

  std::mutex mutex_;
  std::byte* free_ = nullptr;
  std::size_t left_ = 0;
};

// All that a handler may read is reached from here and changes by one store.
std::atomic<CallingThread*> first_thread{nullptr};
std::atomic<bool> wants_signal_stacks{false};
std::atomic<const CallName*> loader_holder{nullptr};

struct LibraryRange {
  const CallName& name;
  std::uintptr_t begin;
  std::uintptr_t end;
  LibraryRange* next;
};

std::atomic<LibraryRange*> first_library{nullptr};

char* note_memory = nullptr;
std::size_t note_size = 0;

void write_note(const CallName* name) {
  std::string text;
  if (name != nullptr) text.append("`").append(name->method).append("` of plugin `").append(name->plugin).append("`");
  const std::size_t length = std::min(text.size(), note_size - 1);
  text.copy(note_memory, length);
  note_memory[length] = '\0';
}

template <class Item>
void push_front(std::atomic<Item*>& first, Item* item) {
  item->next = first.load();
  while (!first.compare_exchange_weak(item->next, item)) {
  }
}

CallingThread* take_thread() {
  for (CallingThread* thread = first_thread.load(); thread != nullptr; thread = thread->next) {
    bool is_free = false;
    if (thread->is_taken.compare_exchange_strong(is_free, true)) return thread;
  }
  auto* made = Preserve::get().make<CallingThread>();
  push_front(first_thread, made);
  return made;
}

// The stack that handlers of this thread run on, unless the thread has one already.
class SignalStack {
 public:
  SignalStack() {
    stack_t there{};
    if (!wants_signal_stacks || ::sigaltstack(nullptr, &there) != 0 || (there.ss_flags & SS_DISABLE) == 0) return;
    memory_ = pages(kSignalStack);
    stack_t wanted{};
    wanted.ss_sp = memory_;
    wanted.ss_size = kSignalStack;
    ::sigaltstack(&wanted, nullptr);
  }

  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

  ~SignalStack() {
    if (memory_ == nullptr) return;
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    ::sigaltstack(&none, nullptr);
    ::munmap(memory_, kSignalStack);
  }

 private:
  void* memory_ = nullptr;
};

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

bool holds(const dl_phdr_info& object, std::uintptr_t address, std::uintptr_t& begin, std::uintptr_t& end) {
  begin = UINTPTR_MAX;
  end = 0;
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const auto& part = object.dlpi_phdr[i];
    if (part.p_type != PT_LOAD) continue;
    begin = std::min<std::uintptr_t>(begin, object.dlpi_addr + part.p_vaddr);
    end = std::max<std::uintptr_t>(end, object.dlpi_addr + part.p_vaddr + part.p_memsz);
  }
  return address >= begin && address < end;
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
    Preserve& preserve = Preserve::get();
    name = preserve.make<CallName>(preserve.copy(plugin), preserve.copy(method), preserve.copy(library));
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

void use_signal_stacks() { wants_signal_stacks = true; }

void remember_library(const CallName& load, const void* inside) {
  if (library_at(inside) != nullptr) return;

  struct Search {
    const CallName& name;
    std::uintptr_t address;
  };

  Search search{load, reinterpret_cast<std::uintptr_t>(inside)};
  ::dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t /*size*/, void* arg) {
        const Search& wanted = *static_cast<Search*>(arg);
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        if (!holds(*object, wanted.address, begin, end)) return 0;
        push_front(first_library, Preserve::get().make<LibraryRange>(wanted.name, begin, end, nullptr));
        return 1;
      },
      &search);
}

void each_library(void (*take)(const CallName& load, void* arg), void* arg) {
  for (const LibraryRange* library = first_library.load(); library != nullptr; library = library->next)
    take(library->name, arg);
}

const CallName* library_at(const void* address) {
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  for (const LibraryRange* library = first_library.load(); library != nullptr; library = library->next) {
    if (wanted >= library->begin && wanted < library->end) return &library->name;
  }
  return nullptr;
}

}  // namespace floe
