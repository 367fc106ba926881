// What a process holds: memory, descriptors, threads.
#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace floe::conformance {

struct ResourceUse {
  std::size_t resident_bytes = 0;
  std::size_t heap_bytes = 0;  // of malloc, in use
  std::size_t descriptors = 0;
  std::size_t threads = 0;
};

ResourceUse resource_use();

// Of the threads of this process by id: how each calls itself, the name of the program when it does not.
std::map<std::string, std::string> thread_names();

}  // namespace floe::conformance
