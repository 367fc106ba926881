// Memory that a signal handler may read after a plugin damaged the heap: pages of their own, never given back. What
// lies there is reached from an atomic pointer and changes by one store.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <new>
#include <string_view>
#include <utility>

namespace floe {

// New pages, zeroed, at least `size` bytes. Throws std::bad_alloc.
void* map_pages(std::size_t size);

class PreservedMemory {
 public:
  static PreservedMemory& get();

  template <class T, class... Arguments>
  T* make(Arguments&&... arguments) {
    return new (take(sizeof(T))) T{std::forward<Arguments>(arguments)...};
  }

  std::string_view copy(std::string_view text);

 private:
  void* take(std::size_t size);

  std::mutex mutex_;
  std::byte* free_ = nullptr;
  std::size_t left_ = 0;
};

// Puts `item` before the others of a list whose items have a `next`. Readers need no lock.
template <class Item>
void push_front(std::atomic<Item*>& first, Item* item) {
  item->next = first.load();
  while (!first.compare_exchange_weak(item->next, item)) {
  }
}

}  // namespace floe
