#include "plugin/plugin_libraries.hpp"

#include "plugin/preserved_memory.hpp"

#include <algorithm>
#include <cstdint>
#include <link.h>

namespace floe {
namespace {

struct LibraryRange {
  const CallName& name;
  std::uintptr_t begin;
  std::uintptr_t end;
  LibraryRange* next;
};

std::atomic<LibraryRange*> first_library{nullptr};

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
        push_front(first_library, PreservedMemory::get().make<LibraryRange>(wanted.name, begin, end, nullptr));
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
