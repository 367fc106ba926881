// An Arrow stream of one small batch that counts how often it is released.
#pragma once

#include "floe/arrow_abi.h"

#include <memory>

namespace floe::conformance {

class CountedStream {
 public:
  CountedStream();
  CountedStream(const CountedStream&) = delete;
  CountedStream& operator=(const CountedStream&) = delete;
  ~CountedStream();

  // To be moved out of by the callee.
  [[nodiscard]] ArrowArrayStream* raw() { return &stream_; }

  [[nodiscard]] bool is_moved() const { return stream_.release == nullptr; }

  [[nodiscard]] int releases() const { return *releases_; }

 private:
  std::shared_ptr<int> releases_;
  ArrowArrayStream stream_{};
};

}  // namespace floe::conformance
