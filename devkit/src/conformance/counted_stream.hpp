// An Arrow stream of one small batch that knows how often it is released, and whether it was read to its end.
#pragma once

#include "floe/arrow_abi.h"

#include <cstdint>
#include <memory>

namespace floe::conformance {

class CountedStream {
 public:
  static constexpr std::int64_t kRows = 1;

  CountedStream();
  CountedStream(const CountedStream&) = delete;
  CountedStream& operator=(const CountedStream&) = delete;
  ~CountedStream();

  // To be moved out of by the callee.
  [[nodiscard]] ArrowArrayStream* raw() { return &stream_; }

  [[nodiscard]] bool is_moved() const { return stream_.release == nullptr; }

  [[nodiscard]] int releases() const { return use_->releases; }

  [[nodiscard]] bool is_read() const { return use_->is_read; }

 private:
  struct Use {
    int releases = 0;
    bool is_read = false;
  };

  struct Counted;

  std::shared_ptr<Use> use_;
  ArrowArrayStream stream_{};
};

}  // namespace floe::conformance
