// The core schema of YAML 1.2 (section 10.3.2).
#include "base/yaml/number.hpp"
#include "base/yaml/scalar.hpp"

#include <limits>

namespace floe::yaml::core12 {

namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text == word) return true;
  }
  return false;
}

bool is_null(std::string_view text) { return is_one_of(text, {"", "~", "null", "Null", "NULL"}); }

bool is_true(std::string_view text) { return is_one_of(text, {"true", "True", "TRUE"}); }

bool is_false(std::string_view text) { return is_one_of(text, {"false", "False", "FALSE"}); }

bool is_nan(std::string_view text) { return is_one_of(text, {".nan", ".NaN", ".NAN"}); }

bool is_infinity(std::string_view unsigned_text) { return is_one_of(unsigned_text, {".inf", ".Inf", ".INF"}); }

bool is_prefixed(std::string_view text, std::string_view prefix, std::string_view digits) {
  return text.starts_with(prefix) && consists_of(text.substr(prefix.size()), digits);
}

bool is_octal(std::string_view text) { return is_prefixed(text, "0o", "01234567"); }

bool is_hexadecimal(std::string_view text) { return is_prefixed(text, "0x", "0123456789abcdefABCDEF"); }

bool is_int(std::string_view text) {
  return consists_of(without_sign(text), kDecimalDigits) || is_octal(text) || is_hexadecimal(text);
}

// (\. [0-9]+ | [0-9]+ (\. [0-9]*)?) ([eE] [-+]? [0-9]+)?
bool is_decimal(std::string_view text) {
  const std::size_t whole = run_length(text, kDecimalDigits);
  text.remove_prefix(whole);
  std::size_t fraction = 0;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    fraction = run_length(text, kDecimalDigits);
    text.remove_prefix(fraction);
  }
  if (whole + fraction == 0) return false;
  if (text.empty()) return true;
  return (text.front() == 'e' || text.front() == 'E') && consists_of(without_sign(text.substr(1)), kDecimalDigits);
}

bool is_float(std::string_view text) {
  return is_decimal(without_sign(text)) || is_infinity(without_sign(text)) || is_nan(text);
}

void set_float(Node* node) {
  const std::string_view text = node->text;
  const std::string_view digits = without_sign(text);
  if (is_nan(text)) {
    node->real = std::numeric_limits<double>::quiet_NaN();
  } else if (is_infinity(digits)) {
    node->real = std::numeric_limits<double>::infinity();
  } else {
    node->real = read_double(digits);
  }
  if (text.front() == '-') node->real = -node->real;
}

void set_int(Node* node) {
  const std::string_view text = node->text;
  if (is_octal(text)) return set_integer(node, false, text.substr(2), 8);
  if (is_hexadecimal(text)) return set_integer(node, false, text.substr(2), 16);
  set_integer(node, text.front() == '-', without_sign(text), 10);
}

}  // namespace

ScalarType resolve(std::string_view text) {
  constexpr std::string_view kFirstOfTyped = "~nNtTfF<+-.0123456789";
  if (!text.empty() && kFirstOfTyped.find(text.front()) == std::string_view::npos) return ScalarType::kString;
  if (is_null(text)) return ScalarType::kNull;
  if (is_true(text) || is_false(text)) return ScalarType::kBool;
  if (text == "<<") return ScalarType::kMerge;
  const char first = text.front();
  const bool may_be_number = (first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.';
  if (!may_be_number) return ScalarType::kString;
  if (is_int(text)) return ScalarType::kInt;
  return is_float(text) ? ScalarType::kFloat : ScalarType::kString;
}

std::optional<std::string> construct(ScalarType type, Node* node) {
  const std::string_view text = node->text;
  switch (type) {
    case ScalarType::kNull:
      node->kind = Kind::kNull;
      return is_null(text) ? std::nullopt : std::optional<std::string>("is not null; write `null` or nothing");
    case ScalarType::kBool:
      if (!is_true(text) && !is_false(text)) return "is no boolean; write `true` or `false`";
      node->kind = Kind::kBool;
      node->boolean = is_true(text);
      return std::nullopt;
    case ScalarType::kInt:
      if (!is_int(text)) return "is no integer; write one such as `42`, `0o52` or `0x2a`";
      node->kind = Kind::kInt;
      set_int(node);
      return std::nullopt;
    case ScalarType::kFloat:
      if (!is_float(text)) return "is no number; write one such as `1.5`, `1e3` or `.inf`";
      node->kind = Kind::kFloat;
      set_float(node);
      return std::nullopt;
    case ScalarType::kTimestamp:
      return "is a timestamp, which is no type here; leave the tag out and write it as a string";
    case ScalarType::kString:
    case ScalarType::kMerge:  // means something as a key only
    case ScalarType::kValue:
      break;
  }
  node->kind = Kind::kString;
  return std::nullopt;
}

}  // namespace floe::yaml::core12
