// Descriptors 0, 1 and 2 as they were before code of a plugin ran.
#pragma once

#include "base/io/file_descriptor.hpp"

#include <array>
#include <string_view>
#include <sys/types.h>

namespace floe {

class StandardDescriptors {
 public:
  static StandardDescriptors take();

  enum class Outcome { kSame, kPutBack, kLost };

  static constexpr std::array<std::string_view, 3> kNames{"standard input", "standard output", "standard error"};

  // What became of one of them, by its number. One that is closed is put back. One that is another file now is left
  // alone: another thread may have opened that file when the number was free, and writes to it. One that was closed
  // before is the same, whatever it is now.
  [[nodiscard]] Outcome put_back(int number) const;

 private:
  struct Kept {
    dev_t device = 0;
    ino_t file = 0;
    io::FileDescriptor copy;  // closed when the original was
  };

  std::array<Kept, kNames.size()> kept_;
};

}  // namespace floe
