// BigInt: Python's int beyond 64 bits. Sign and magnitude, 32-bit limbs, schoolbook algorithms.
#pragma once

#include "value/value.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

class BigInt final : public Counted {
 public:
  BigInt() = default;
  explicit BigInt(std::int64_t value);

  BigInt(const BigInt& other) : Counted(), negative_(other.negative_), limbs_(other.limbs_) {}

  BigInt& operator=(const BigInt& other) {
    negative_ = other.negative_;
    limbs_ = other.limbs_;
    return *this;
  }

  static std::optional<BigInt> parse(std::string_view digits, unsigned base, bool negative);
  static BigInt from_double(double integral);

  [[nodiscard]] bool is_zero() const { return limbs_.empty(); }

  [[nodiscard]] bool is_negative() const { return negative_; }

  [[nodiscard]] bool is_odd() const { return !limbs_.empty() && (limbs_[0] & 1U) != 0; }

  [[nodiscard]] std::size_t bit_length() const;
  [[nodiscard]] std::optional<std::int64_t> to_int64() const;
  [[nodiscard]] double to_double() const;  // nearest, half to even; infinity when too large
  [[nodiscard]] std::string to_string(unsigned base = 10) const;
  [[nodiscard]] int compare(const BigInt& other) const;
  [[nodiscard]] BigInt negated() const;

  [[nodiscard]] BigInt plus(const BigInt& other) const;
  [[nodiscard]] BigInt minus(const BigInt& other) const;
  [[nodiscard]] BigInt times(const BigInt& other) const;
  // Floor division, remainder with the sign of the divisor. The divisor is not zero.
  void divide(const BigInt& divisor, BigInt* quotient, BigInt* remainder) const;
  [[nodiscard]] BigInt power(std::uint64_t exponent) const;

 private:
  void trim();
  static int compare_magnitude(const std::vector<std::uint32_t>& left, const std::vector<std::uint32_t>& right);
  std::uint32_t divide_small(std::uint32_t divisor);  // magnitude only; the remainder

  bool negative_ = false;
  std::vector<std::uint32_t> limbs_;  // little-endian, no leading zeros
};

// An int Value of the smallest kind.
Value int_value(const BigInt& value);
// The integer in an int or bool Value.
BigInt to_bigint(const Value& value);

}  // namespace floe::dbt
