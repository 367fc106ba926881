// What a plugin must leave as it was: taken before and after, compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace floe::conformance {

// (what, its state), in a fixed order: environment, directory, locale, umask, signal actions and mask, floating point,
// the standard descriptors.
std::vector<std::pair<std::string, std::string>> environment_fingerprint();

struct ResourceUse {
  std::size_t resident_bytes = 0;
  std::size_t heap_bytes = 0;  // of malloc, in use
  std::size_t descriptors = 0;
  std::size_t threads = 0;
};

ResourceUse resource_use();
std::size_t thread_count();

}  // namespace floe::conformance
