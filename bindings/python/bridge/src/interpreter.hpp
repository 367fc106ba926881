// The one interpreter of the process: the host's own, or one that the bridge started. It lives until the process ends.
#pragma once

#include "python_api.hpp"

#include "base/result.hpp"

#include <string>
#include <utility>
#include <vector>

namespace floe::python {

struct Interpreter {
  Api api;
  bool is_own = false;     // started here
  std::string virtualenv;  // whose packages come first, or ""
};

struct NoPython {
  std::string message;
  std::vector<std::string> tried;
};

// nullptr when there is no Python: `why` says what was tried. The next call then tries again.
const Interpreter* the_interpreter(NoPython& why);

// Runs `source` with these variables, under the GIL; the variable `answer`, which it sets to a text.
std::string run_source(const Api& api, const char* source,
                       const std::vector<std::pair<const char*, std::string>>& texts,
                       const std::vector<std::pair<const char*, unsigned long long>>& numbers);

}  // namespace floe::python
