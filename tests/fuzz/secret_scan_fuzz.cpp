// libFuzzer: any text as a file of a project. Finds lie inside the text, in order, and masking hides all of them.
// sources: libfloe-core/src/secrets/project_secrets.cpp libfloe-core/src/secrets/secret_scan.cpp
#include "secrets/project_secrets.hpp"
#include "secrets/secret_scan.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as text
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const char* file : {"a.sql", "a.yml", "a.py", "a.csv"}) {
    std::size_t last = 0;
    const std::string masked = floe::policy::mask_found_secrets(file, text);
    require(masked.size() == text.size());
    for (const auto& secret : floe::policy::find_secrets(file, text)) {
      require(last <= secret.begin && secret.begin <= secret.end && secret.end <= text.size());
      last = secret.end;
      require(std::all_of(masked.begin() + static_cast<std::ptrdiff_t>(secret.begin),
                          masked.begin() + static_cast<std::ptrdiff_t>(secret.end),
                          [](char c) { return c == '*' || c == '\n'; }));
    }
  }
  const std::string excerpt = floe::policy::mask_secrets(text);
  require(std::count(excerpt.begin(), excerpt.end(), '\n') == std::count(text.begin(), text.end(), '\n'));
  static_cast<void>(floe::policy::mask_known_secrets(text));
  return 0;
}
