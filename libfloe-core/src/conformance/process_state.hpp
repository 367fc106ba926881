// What a plugin must leave as it was: taken before and after, compared.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace floe::conformance {

// Environment, directory, locale, umask, signal actions and mask, limits, floating point, the standard descriptors.
class ProcessState {
 public:
  static ProcessState take();

  // One sentence for each thing that is another one in `after`, by its name: a variable, a signal and the library that
  // handles it. Without values of variables, which may be secret.
  [[nodiscard]] std::vector<std::string> changes(const ProcessState& after) const;

 private:
  std::map<std::string, std::string> states_;       // "the umask" -> "22"
  std::map<std::string, std::string> environment_;  // name -> value
};

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
