// The rounding and trapping mode of the calling thread, at the cost of a few instructions.
#pragma once

#include <cstdint>
#if defined(__x86_64__)
#include <xmmintrin.h>
#else
#include <cfenv>
#endif

namespace floe {

#if defined(__x86_64__)

class FloatingPointMode {
 public:
  FloatingPointMode() : vector_(_mm_getcsr() & kControl) { __asm__ volatile("fnstcw %0" : "=m"(scalar_)); }

  bool operator==(const FloatingPointMode&) const = default;

  // Raised exceptions stay as they are.
  void put_back() const {
    _mm_setcsr((_mm_getcsr() & ~kControl) | vector_);
    __asm__ volatile("fldcw %0" : : "m"(scalar_));
  }

 private:
  static constexpr std::uint32_t kControl = 0xFFC0;  // all but the flags of raised exceptions

  std::uint32_t vector_;
  std::uint16_t scalar_ = 0;
};

#else

class FloatingPointMode {
 public:
  FloatingPointMode() : rounding_(std::fegetround()) {}

  bool operator==(const FloatingPointMode&) const = default;

  void put_back() const { std::fesetround(rounding_); }

 private:
  int rounding_;
};

#endif

}  // namespace floe
