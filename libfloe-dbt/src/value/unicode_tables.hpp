// Character tables of the Unicode version that CPython 3.11 has. The .cpp is generated.
#pragma once

#include <cstdint>
#include <span>

namespace floe::dbt::unicode {

struct Range {
  char32_t first;
  char32_t last;
};

// Characters first, first + step ... last map to themselves + delta.
struct CaseRun {
  char32_t first;
  char32_t last;
  std::uint32_t step;
  std::int32_t delta;
};

struct SpecialCase {
  char32_t from;
  const char* to;  // UTF-8
};

extern const std::span<const Range> kPrintable;
extern const std::span<const Range> kSpace;
extern const std::span<const Range> kAlpha;
extern const std::span<const Range> kDecimal;
extern const std::span<const Range> kDigit;
extern const std::span<const Range> kNumeric;
extern const std::span<const Range> kUpper;
extern const std::span<const Range> kLower;
extern const std::span<const Range> kTitle;
extern const std::span<const Range> kIdentifierStart;
extern const std::span<const Range> kIdentifierContinue;
extern const std::span<const Range> kCaseIgnorable;
extern const std::span<const CaseRun> kToUpper;
extern const std::span<const CaseRun> kToLower;
extern const std::span<const CaseRun> kToTitle;
extern const std::span<const SpecialCase> kToUpperSpecial;
extern const std::span<const SpecialCase> kToLowerSpecial;
extern const std::span<const SpecialCase> kToTitleSpecial;

}  // namespace floe::dbt::unicode
