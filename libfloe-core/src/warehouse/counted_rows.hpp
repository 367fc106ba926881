// A stream that knows how many of its rows somebody read, and whether to the end.
#pragma once

#include "floe/arrow.hpp"

#include <cstdint>
#include <memory>

namespace floe::warehouse {

struct ReadRows {
  std::int64_t rows = 0;
  bool is_ended = false;
};

// `rows` as they are; what is read of them is told in `read`, also after the stream is released.
ArrowStream counted_rows(ArrowStream rows, std::shared_ptr<ReadRows> read);

}  // namespace floe::warehouse
