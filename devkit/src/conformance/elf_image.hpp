// What the dynamic section of an ELF library says: for the static checks.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::conformance {

struct ElfImage {
  std::vector<std::string> needed;     // DT_NEEDED
  std::vector<std::string> exported;   // defined, global or weak, of default visibility
  std::vector<std::string> undefined;  // without the weak ones
  std::vector<std::string> versions;   // symbol versions it needs: GLIBC_2.34
  bool has_relro = false;
  bool is_bound_now = false;
};

// `bytes` passed the preflight. kData when a table points outside.
Result<ElfImage> read_elf_image(std::string_view bytes);

}  // namespace floe::conformance
