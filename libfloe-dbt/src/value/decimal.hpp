// decimal.Decimal: 28 significant digits, half to even.
#pragma once

#include "value/bigint.hpp"
#include "value/object.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace floe::dbt {

class DecimalObject final : public Object {
 public:
  enum class Class : std::uint8_t { kFinite, kInfinite, kNaN };

  DecimalObject(const BigInt& coefficient, std::int64_t exponent, bool negative, Class kind = Class::kFinite)
      : coefficient_(coefficient), exponent_(exponent), negative_(negative), class_(kind) {}

  static std::optional<Ref<DecimalObject>> parse(std::string_view text);

  [[nodiscard]] std::string_view type_name() const override { return "Decimal"; }

  [[nodiscard]] std::string str() const override;

  [[nodiscard]] std::string repr() const override { return "Decimal('" + str() + "')"; }

  [[nodiscard]] bool truth() const override { return class_ != Class::kFinite || !coefficient_.is_zero(); }

  [[nodiscard]] bool is_number() const override { return true; }

  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<int> compare(const Value& other) const override;
  [[nodiscard]] std::uint64_t hash() const override;
  std::optional<Value> binary(BinaryOperator op, const Value& other, bool reflected) override;
  std::optional<Value> unary_minus() override;
  bool get_attr(const StringObject& name, Value* out) override;
  [[nodiscard]] std::optional<double> to_float() const override;
  [[nodiscard]] std::optional<Value> to_int() const override;
  [[nodiscard]] std::optional<std::string> format(std::string_view spec) const override;

  // The nearest value with that exponent, half to even.
  [[nodiscard]] Ref<DecimalObject> quantized(std::int64_t exponent) const;

 private:
  static std::optional<Ref<DecimalObject>> from_value(const Value& value);
  [[nodiscard]] int compare_finite(const DecimalObject& other) const;

  [[nodiscard]] BigInt signed_coefficient() const { return negative_ ? coefficient_.negated() : coefficient_; }

  static Value rounded(BigInt value, std::int64_t exponent, bool negative_zero, bool sticky = false);
  static Value add(const DecimalObject& left, const DecimalObject& right, bool subtract);
  static Value divide(const DecimalObject& left, const DecimalObject& right);
  static Value integral(BinaryOperator op, const DecimalObject& left, const DecimalObject& right);
  static Value power(const DecimalObject& left, const DecimalObject& right);

  BigInt coefficient_;
  std::int64_t exponent_;
  bool negative_;
  Class class_;
};

}  // namespace floe::dbt
