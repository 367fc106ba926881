#include "value/bigint.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace floe::dbt {

Value::Value(const Ref<BigInt>& value) noexcept : Value(Kind::kBigInt, value.get()) {}

const BigInt* Value::bigint() const noexcept { return static_cast<const BigInt*>(payload_.counted); }

BigInt::BigInt(std::int64_t value) : negative_(value < 0) {
  std::uint64_t magnitude = negative_ ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  for (; magnitude != 0; magnitude >>= 32)
    limbs_.push_back(static_cast<std::uint32_t>(magnitude));
}

void BigInt::trim() {
  while (!limbs_.empty() && limbs_.back() == 0)
    limbs_.pop_back();
  if (limbs_.empty()) negative_ = false;
}

std::optional<BigInt> BigInt::parse(std::string_view digits, unsigned base, bool negative) {
  BigInt result;
  for (char digit : digits) {
    unsigned value = 99;
    if (digit >= '0' && digit <= '9') value = static_cast<unsigned>(digit - '0');
    if (digit >= 'a' && digit <= 'z') value = static_cast<unsigned>(digit - 'a') + 10;
    if (digit >= 'A' && digit <= 'Z') value = static_cast<unsigned>(digit - 'A') + 10;
    if (value >= base) return std::nullopt;
    std::uint64_t carry = value;
    for (std::uint32_t& limb : result.limbs_) {
      carry += std::uint64_t{limb} * base;
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) result.limbs_.push_back(static_cast<std::uint32_t>(carry));
  }
  result.negative_ = negative;
  result.trim();
  return result;
}

BigInt BigInt::from_double(double integral) {
  int exponent = 0;
  double fraction = std::frexp(std::fabs(integral), &exponent);
  auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));
  BigInt result(mantissa);
  exponent -= 53;
  if (exponent > 0) {
    result = result.times(BigInt(2).power(static_cast<std::uint64_t>(exponent)));
  } else {
    BigInt quotient;
    BigInt remainder;
    result.divide(BigInt(2).power(static_cast<std::uint64_t>(-exponent)), &quotient, &remainder);
    result = quotient;
  }
  result.negative_ = integral < 0;
  result.trim();
  return result;
}

std::size_t BigInt::bit_length() const {
  if (limbs_.empty()) return 0;
  return limbs_.size() * 32 - static_cast<std::size_t>(std::countl_zero(limbs_.back()));
}

std::optional<std::int64_t> BigInt::to_int64() const {
  if (limbs_.size() > 2) return std::nullopt;
  std::uint64_t magnitude = 0;
  for (std::size_t index = limbs_.size(); index-- > 0;)
    magnitude = (magnitude << 32) | limbs_[index];
  constexpr std::uint64_t kLimit = std::uint64_t{1} << 63;
  if (negative_) {
    if (magnitude > kLimit) return std::nullopt;
    return static_cast<std::int64_t>(~magnitude + 1);
  }
  if (magnitude >= kLimit) return std::nullopt;
  return static_cast<std::int64_t>(magnitude);
}

double BigInt::to_double() const {
  std::size_t bits = bit_length();
  std::uint64_t top = 0;
  std::size_t dropped = bits > 64 ? bits - 64 : 0;
  bool sticky = false;
  for (std::size_t index = limbs_.size(); index-- > 0;) {
    std::size_t low = index * 32;
    if (low >= dropped) {
      top |= std::uint64_t{limbs_[index]} << (low - dropped);
    } else if (low + 32 > dropped) {
      top |= limbs_[index] >> (dropped - low);
      if ((limbs_[index] & ((std::uint32_t{1} << (dropped - low)) - 1)) != 0) sticky = true;
    } else if (limbs_[index] != 0) {
      sticky = true;
    }
  }
  if (sticky) top |= 1;  // 64 bits hold more than 53 + guard, so one sticky bit rounds right
  double value = std::ldexp(static_cast<double>(top), static_cast<int>(std::min<std::size_t>(dropped, 100000)));
  return negative_ ? -value : value;
}

std::uint32_t BigInt::divide_small(std::uint32_t divisor) {
  std::uint64_t remainder = 0;
  for (std::size_t index = limbs_.size(); index-- > 0;) {
    remainder = (remainder << 32) | limbs_[index];
    limbs_[index] = static_cast<std::uint32_t>(remainder / divisor);
    remainder %= divisor;
  }
  trim();
  return static_cast<std::uint32_t>(remainder);
}

std::string BigInt::to_string(unsigned base) const {
  if (limbs_.empty()) return "0";
  std::uint32_t chunk = base;
  unsigned digits = 1;
  while (std::uint64_t{chunk} * base < std::numeric_limits<std::uint32_t>::max()) {
    chunk *= base;
    ++digits;
  }
  std::string text;
  for (BigInt rest(*this); !rest.limbs_.empty();) {
    std::uint32_t value = rest.divide_small(chunk);
    for (unsigned count = 0; count < digits; ++count, value /= base) {
      text += "0123456789abcdefghijklmnopqrstuvwxyz"[value % base];
    }
  }
  while (text.size() > 1 && text.back() == '0')
    text.pop_back();
  if (negative_) text += '-';
  std::reverse(text.begin(), text.end());
  return text;
}

int BigInt::compare_magnitude(const std::vector<std::uint32_t>& left, const std::vector<std::uint32_t>& right) {
  if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
  for (std::size_t index = left.size(); index-- > 0;) {
    if (left[index] != right[index]) return left[index] < right[index] ? -1 : 1;
  }
  return 0;
}

int BigInt::compare(const BigInt& other) const {
  if (negative_ != other.negative_) return negative_ ? -1 : 1;
  int magnitude = compare_magnitude(limbs_, other.limbs_);
  return negative_ ? -magnitude : magnitude;
}

BigInt BigInt::negated() const {
  BigInt result(*this);
  if (!limbs_.empty()) result.negative_ = !negative_;
  return result;
}

BigInt BigInt::minus(const BigInt& other) const { return plus(other.negated()); }

BigInt BigInt::plus(const BigInt& other) const {
  BigInt result;
  if (negative_ == other.negative_) {
    std::uint64_t carry = 0;
    for (std::size_t index = 0; index < std::max(limbs_.size(), other.limbs_.size()) || carry != 0; ++index) {
      if (index < limbs_.size()) carry += limbs_[index];
      if (index < other.limbs_.size()) carry += other.limbs_[index];
      result.limbs_.push_back(static_cast<std::uint32_t>(carry));
      carry >>= 32;
    }
    result.negative_ = negative_;
    result.trim();
    return result;
  }
  bool swap = compare_magnitude(limbs_, other.limbs_) < 0;
  const BigInt& larger = swap ? other : *this;
  const BigInt& smaller = swap ? *this : other;
  std::int64_t borrow = 0;
  for (std::size_t index = 0; index < larger.limbs_.size(); ++index) {
    std::int64_t difference = std::int64_t{larger.limbs_[index]} - borrow;
    if (index < smaller.limbs_.size()) difference -= smaller.limbs_[index];
    borrow = difference < 0 ? 1 : 0;
    result.limbs_.push_back(static_cast<std::uint32_t>(difference));
  }
  result.negative_ = larger.negative_;
  result.trim();
  return result;
}

BigInt BigInt::times(const BigInt& other) const {
  BigInt result;
  result.limbs_.assign(limbs_.size() + other.limbs_.size(), 0);
  for (std::size_t left = 0; left < limbs_.size(); ++left) {
    std::uint64_t carry = 0;
    for (std::size_t right = 0; right < other.limbs_.size(); ++right) {
      carry += std::uint64_t{limbs_[left]} * other.limbs_[right] + result.limbs_[left + right];
      result.limbs_[left + right] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    result.limbs_[left + other.limbs_.size()] = static_cast<std::uint32_t>(carry);
  }
  result.negative_ = negative_ != other.negative_;
  result.trim();
  return result;
}

void BigInt::divide(const BigInt& divisor, BigInt* quotient, BigInt* remainder) const {
  // Bitwise long division: operands in templates are a few limbs.
  BigInt magnitude(divisor);
  magnitude.negative_ = false;
  BigInt left;
  BigInt result;
  result.limbs_.assign(limbs_.size(), 0);
  if (magnitude.limbs_.size() == 1) {
    result.limbs_ = limbs_;
    left = BigInt(static_cast<std::int64_t>(result.divide_small(magnitude.limbs_[0])));
  } else {
    for (std::size_t bit = bit_length(); bit-- > 0;) {
      left = left.plus(left);
      if (((limbs_[bit / 32] >> (bit % 32)) & 1U) != 0) left = left.plus(BigInt(1));
      if (compare_magnitude(left.limbs_, magnitude.limbs_) >= 0) {
        left = left.minus(magnitude);
        result.limbs_[bit / 32] |= std::uint32_t{1} << (bit % 32);
      }
    }
  }
  result.negative_ = negative_ != divisor.negative_;
  result.trim();
  left.negative_ = negative_;
  left.trim();
  if (!left.is_zero() && negative_ != divisor.negative_) {
    result = result.minus(BigInt(1));
    left = left.plus(divisor);
  }
  *quotient = result;
  *remainder = left;
}

BigInt BigInt::power(std::uint64_t exponent) const {
  BigInt result(1);
  BigInt base(*this);
  for (; exponent != 0; exponent >>= 1) {
    if ((exponent & 1U) != 0) result = result.times(base);
    if (exponent > 1) base = base.times(base);
  }
  return result;
}

Value int_value(const BigInt& value) {
  if (auto small = value.to_int64()) return Value(*small);
  return Value(make_ref<BigInt>(value));
}

BigInt to_bigint(const Value& value) {
  return value.kind() == Kind::kBigInt ? BigInt(*value.bigint()) : BigInt(value.as_int());
}

}  // namespace floe::dbt
