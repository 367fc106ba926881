// Plain scalars as PyYAML's SafeLoader resolves and constructs them: YAML 1.1 with PyYAML's own expressions.
#include "base/text/text.hpp"
#include "base/time/civil.hpp"
#include "base/yaml/number.hpp"
#include "base/yaml/scalar.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace floe::yaml::pyyaml11 {

namespace {

constexpr std::string_view kDigitsAndUnderscore = "0123456789_";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_null(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

// yes|Yes|YES and so on: lower, capitalised or upper, nothing in between.
bool is_bool(std::string_view text) {
  const std::string lower = text::to_lower_ascii(text);
  const bool known =
      lower == "yes" || lower == "no" || lower == "true" || lower == "false" || lower == "on" || lower == "off";
  if (!known) return false;
  const std::string_view tail = text.substr(1);
  const bool lower_tail = tail == std::string_view(lower).substr(1);
  return lower_tail || text == text::to_upper_ascii(text);
}

// (?::[0-5]?[0-9])+ at the start of `text`; its length, 0 when it is not there.
std::size_t sexagesimal_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] == ':') {
    const std::string_view rest = text.substr(length + 1);
    const std::size_t digits = std::min<std::size_t>(run_length(rest, kDecimalDigits), 2);
    if (digits == 0) break;
    if (digits == 2 && rest[0] > '5') {
      length += 2;  // one digit matches; whatever follows it does not
      break;
    }
    length += 1 + digits;
  }
  return length;
}

bool is_int(std::string_view text) {
  const std::string_view digits = without_sign(text);
  if (digits.empty() || !is_digit(digits.front())) return false;
  if (digits.starts_with("0b")) return consists_of(digits.substr(2), "01_");
  if (digits.starts_with("0x")) return consists_of(digits.substr(2), "0123456789abcdefABCDEF_");
  if (digits == "0") return true;
  if (digits.front() == '0') return consists_of(digits.substr(1), "01234567_");
  const std::size_t whole = run_length(digits, kDigitsAndUnderscore);
  if (whole == digits.size()) return true;
  const std::size_t rest = sexagesimal_length(digits.substr(whole));
  return rest > 0 && whole + rest == digits.size();
}

// [eE][-+][0-9]+ or nothing.
bool is_exponent_or_nothing(std::string_view text) {
  if (text.empty()) return true;
  if (text.size() < 3 || (text[0] != 'e' && text[0] != 'E') || (text[1] != '-' && text[1] != '+')) return false;
  return consists_of(text.substr(2), kDecimalDigits);
}

bool is_infinity(std::string_view unsigned_text) {
  return unsigned_text == ".inf" || unsigned_text == ".Inf" || unsigned_text == ".INF";
}

bool is_nan(std::string_view text) { return text == ".nan" || text == ".NaN" || text == ".NAN"; }

bool is_float(std::string_view text) {
  if (is_nan(text) || is_infinity(without_sign(text))) return true;
  if (text.size() > 1 && text[0] == '.' && is_digit(text[1])) {  // takes no sign, unlike the other forms
    return is_exponent_or_nothing(text.substr(1 + run_length(text.substr(1), kDigitsAndUnderscore)));
  }
  std::string_view rest = without_sign(text);
  if (rest.empty() || !is_digit(rest.front())) return false;
  rest.remove_prefix(run_length(rest, kDigitsAndUnderscore));
  const std::size_t sixties = sexagesimal_length(rest);
  rest.remove_prefix(sixties);
  if (rest.empty() || rest.front() != '.') return false;
  rest.remove_prefix(1);
  rest.remove_prefix(run_length(rest, kDigitsAndUnderscore));
  return sixties > 0 ? rest.empty() : is_exponent_or_nothing(rest);
}

std::string without_underscores(std::string_view text) {
  std::string digits(text);
  std::erase(digits, '_');
  return digits;
}

// Parts in base 60, summed as Python does, from the last one.
double sum_sixties(const std::vector<std::string_view>& parts) {
  double value = 0;
  double base = 1;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    value += read_double(*part) * base;
    base *= 60;
  }
  return value;
}

std::optional<std::string> set_sexagesimal(Node* node, bool negative, std::string_view digits) {
  const std::vector<std::string_view> parts = text::split(digits, ':');
  std::int64_t value = 0;
  for (const std::string_view part : parts) {
    Node number;
    set_integer(&number, false, part, 10);
    node->integer_overflow = node->integer_overflow || number.integer_overflow ||
                             __builtin_mul_overflow(value, std::int64_t{60}, &value) ||
                             __builtin_add_overflow(value, number.integer, &value);
  }
  node->integer = node->integer_overflow ? 0 : (negative ? -value : value);
  node->real = node->integer_overflow ? sum_sixties(parts) * (negative ? -1 : 1) : static_cast<double>(node->integer);
  return std::nullopt;
}

std::optional<std::string> set_int(Node* node) {
  const std::string cleaned = without_underscores(node->text);
  const bool negative = cleaned.starts_with('-');
  const std::string_view digits = without_sign(cleaned);
  const auto set = [&](std::string_view rest, unsigned base) -> std::optional<std::string> {
    if (rest.empty()) return "has no digits; put it in quotes if it is text";
    set_integer(node, negative, rest, base);
    return std::nullopt;
  };
  if (digits.starts_with("0b")) return set(digits.substr(2), 2);
  if (digits.starts_with("0x")) return set(digits.substr(2), 16);
  if (digits.starts_with('0')) return set(digits, 8);
  if (digits.find(':') != std::string_view::npos) return set_sexagesimal(node, negative, digits);
  return set(digits, 10);
}

void set_float(Node* node) {
  const std::string cleaned = without_underscores(node->text);
  const std::string_view digits = without_sign(cleaned);
  if (is_nan(digits)) {
    node->real = std::numeric_limits<double>::quiet_NaN();
  } else if (is_infinity(digits)) {
    node->real = std::numeric_limits<double>::infinity();
  } else if (digits.find(':') != std::string_view::npos) {
    node->real = sum_sixties(text::split(digits, ':'));
  } else {
    node->real = read_double(digits);
  }
  if (cleaned.front() == '-') node->real = -node->real;
}

// The parts of a timestamp; one expression for the resolver (`strict`, where a date alone has two digits for month and
// day) and for the constructor.
struct Timestamp {
  time::CivilDate date;
  bool has_time = false;
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  std::int64_t micros = 0;
  std::optional<std::int32_t> zone_minutes;
};

class TimestampReader {
 public:
  explicit TimestampReader(std::string_view text) : text_(text) {}

  std::optional<Timestamp> read(bool strict) {
    Timestamp result;
    std::int64_t year = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    if (!number(4, 4, &year) || !take('-') || !number(1, 2, &month)) return std::nullopt;
    const std::size_t month_end = position_;
    if (!take('-') || !number(1, 2, &day)) return std::nullopt;
    result.date = {static_cast<std::int32_t>(year), static_cast<std::int32_t>(month), static_cast<std::int32_t>(day)};
    if (at_end()) {
      const bool two_digits = month_end == 7 && position_ == 10;
      return strict && !two_digits ? std::nullopt : std::optional<Timestamp>(result);
    }
    if (!take('T') && !take('t') && skip_blanks() == 0) return std::nullopt;
    return time_of_day(&result) ? std::optional<Timestamp>(result) : std::nullopt;
  }

 private:
  [[nodiscard]] bool at_end() const { return position_ == text_.size(); }

  bool take(char c) {
    if (at_end() || text_[position_] != c) return false;
    ++position_;
    return true;
  }

  std::size_t skip_blanks() {
    const std::size_t count = run_length(text_.substr(position_), " \t");
    position_ += count;
    return count;
  }

  bool number(std::size_t least, std::size_t most, std::int64_t* value) {
    const std::size_t count = std::min(run_length(text_.substr(position_), kDecimalDigits), most);
    if (count < least) return false;
    *value = 0;
    for (std::size_t i = 0; i < count; ++i)
      *value = *value * 10 + (text_[position_ + i] - '0');
    position_ += count;
    return true;
  }

  bool time_of_day(Timestamp* result) {
    result->has_time = true;
    if (!number(1, 2, &result->hour) || !take(':') || !number(2, 2, &result->minute) || !take(':') ||
        !number(2, 2, &result->second)) {
      return false;
    }
    if (take('.')) {
      const std::size_t digits = run_length(text_.substr(position_), kDecimalDigits);
      for (std::size_t i = 0; i < 6; ++i) {
        result->micros = result->micros * 10 + (i < digits ? text_[position_ + i] - '0' : 0);
      }
      position_ += digits;
    }
    if (at_end()) return true;
    skip_blanks();
    if (take('Z')) {
      result->zone_minutes = 0;
      return at_end();
    }
    const bool negative = !at_end() && text_[position_] == '-';
    if (!take('-') && !take('+')) return false;
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    if (!number(1, 2, &hours)) return false;
    if (take(':') && !number(2, 2, &minutes)) return false;
    const auto total = static_cast<std::int32_t>(hours * 60 + minutes);
    result->zone_minutes = negative ? -total : total;
    return at_end();
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

std::optional<std::string> set_timestamp(Node* node) {
  const std::optional<Timestamp> read = TimestampReader(node->text).read(false);
  if (!read.has_value()) return "is no date or time; write one such as `2026-11-21` or `2026-11-21 08:30:00`";
  if (read->date.year < 1 || !time::is_valid_date(read->date)) {
    return "looks like a date, but the calendar has no such day; put it in quotes if it is text";
  }
  if (read->hour > 23 || read->minute > 59 || read->second > 59) {
    return "looks like a time, but the clock has no such time; put it in quotes if it is text";
  }
  if (read->zone_minutes.has_value() && std::abs(*read->zone_minutes) >= 24 * 60) {
    return "has a time zone that is 24 hours or more away; put it in quotes if it is text";
  }
  node->date_only = !read->has_time;
  node->zone_minutes = read->zone_minutes;
  const std::int64_t seconds = (read->hour * 60 + read->minute) * 60 + read->second;
  node->integer = (time::days_from_civil(read->date) * 86'400 + seconds) * 1'000'000 + read->micros;
  return std::nullopt;
}

}  // namespace

ScalarType resolve(std::string_view text) {
  if (is_null(text)) return ScalarType::kNull;
  const char first = text.front();
  if (std::string_view("yYnNtTfFoO").find(first) != std::string_view::npos) {
    return is_bool(text) ? ScalarType::kBool : ScalarType::kString;
  }
  if (text == "<<") return ScalarType::kMerge;
  if (text == "=") return ScalarType::kValue;
  if (!is_digit(first) && first != '-' && first != '+' && first != '.') return ScalarType::kString;
  if (is_float(text)) return ScalarType::kFloat;
  if (is_int(text)) return ScalarType::kInt;
  if (is_digit(first) && TimestampReader(text).read(true).has_value()) return ScalarType::kTimestamp;
  return ScalarType::kString;
}

std::optional<std::string> construct(ScalarType type, Node* node) {
  const std::string_view text = node->text;
  switch (type) {
    case ScalarType::kNull:
      node->kind = Kind::kNull;
      return std::nullopt;
    case ScalarType::kBool: {
      const std::string lower = text::to_lower_ascii(text);
      node->kind = Kind::kBool;
      node->boolean = lower == "yes" || lower == "true" || lower == "on";
      if (node->boolean || lower == "no" || lower == "false" || lower == "off") return std::nullopt;
      return "is no boolean; write `true` or `false`";
    }
    case ScalarType::kInt:
      if (!is_int(text)) return "is no integer; write one such as `42`";
      node->kind = Kind::kInt;
      return set_int(node);
    case ScalarType::kFloat:
      if (const std::string cleaned = without_underscores(text); !is_float(cleaned) && !is_int(cleaned)) {
        return "is no number; write one such as `1.5`";
      }
      node->kind = Kind::kFloat;
      set_float(node);
      return std::nullopt;
    case ScalarType::kTimestamp:
      node->kind = Kind::kTimestamp;
      return set_timestamp(node);
    case ScalarType::kMerge:
      return "merges mappings and can only be a key; put it in quotes if it is text";
    case ScalarType::kValue:
      return "has a meaning of its own in YAML 1.1; put it in quotes if it is text";
    case ScalarType::kString:
      break;
  }
  node->kind = Kind::kString;
  return std::nullopt;
}

}  // namespace floe::yaml::pyyaml11
