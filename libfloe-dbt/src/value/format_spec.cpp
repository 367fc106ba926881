// format(value, spec): the format specification mini-language.
#include "value/bigint.hpp"
#include "value/format_number.hpp"
#include "value/operations.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace floe::dbt {

std::string format_double(double value, char style, int precision, bool alternate) {
  char lower = static_cast<char>(style | 0x20);
  char pattern[16];
  std::snprintf(pattern, sizeof pattern, "%%%s.*%c", alternate ? "#" : "", lower);
  int size = std::snprintf(nullptr, 0, pattern, precision, value);
  std::string out(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(out.data(), out.size(), pattern, precision, value);
  out.resize(static_cast<std::size_t>(size));
  if (style != lower) {
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char each) { return each >= 'a' && each <= 'z' ? static_cast<char>(each - 32) : each; });
  }
  return out;
}

namespace {

struct Spec {
  std::string fill = " ";
  char align = 0;
  char sign = 0;  // as given
  bool alternate = false;
  bool zero_negative = false;
  std::int64_t width = -1;
  char grouping = 0;
  std::int64_t precision = -1;
  char type = 0;
};

constexpr std::int64_t kLargestWidth = std::int64_t{1} << 28;

[[noreturn]] void bad_spec(std::string message) { raise(ExceptionKind::kValueError, std::move(message)); }

std::optional<std::int64_t> take_number(std::string_view* text) {
  std::int64_t value = 0;
  auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (end == text->data()) return std::nullopt;
  if (code != std::errc() || value > kLargestWidth) bad_spec("Too many decimal digits in format string");
  text->remove_prefix(static_cast<std::size_t>(end - text->data()));
  return value;
}

bool is_align(char each) { return each == '<' || each == '>' || each == '=' || each == '^'; }

Spec parse_spec(std::string_view text, std::string_view type_name) {
  Spec spec;
  std::string_view whole = text;
  bool fill_given = false;
  if (!text.empty()) {
    std::size_t after = 0;
    unicode::decode(text, &after);
    if (after < text.size() && is_align(text[after])) {
      spec.fill = std::string(text.substr(0, after));
      spec.align = text[after];
      fill_given = true;
      text.remove_prefix(after + 1);
    } else if (is_align(text[0])) {
      spec.align = text[0];
      text.remove_prefix(1);
    }
  }
  if (!text.empty() && (text[0] == '+' || text[0] == '-' || text[0] == ' ')) {
    spec.sign = text[0];
    text.remove_prefix(1);
  }
  if (text.starts_with('z')) {
    spec.zero_negative = true;
    text.remove_prefix(1);
  }
  if (text.starts_with('#')) {
    spec.alternate = true;
    text.remove_prefix(1);
  }
  if (!fill_given && text.starts_with('0')) {
    spec.fill = "0";
    if (spec.align == 0) spec.align = '=';
    text.remove_prefix(1);
  }
  if (auto width = take_number(&text)) spec.width = *width;
  if (!text.empty() && (text[0] == ',' || text[0] == '_')) {
    spec.grouping = text[0];
    text.remove_prefix(1);
    if (!text.empty() && (text[0] == ',' || text[0] == '_')) {
      bad_spec(text[0] == spec.grouping ? fmt::format("Cannot specify '{0}' with '{0}'.", spec.grouping)
                                        : "Cannot specify both ',' and '_'.");
    }
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    auto precision = take_number(&text);
    if (!precision) bad_spec("Format specifier missing precision");
    spec.precision = *precision;
  }
  if (text.size() > 1) {
    bad_spec(fmt::format("Invalid format specifier '{}' for object of type '{}'", whole, type_name));
  }
  if (!text.empty()) spec.type = text[0];
  return spec;
}

[[noreturn]] void unknown_code(char code, std::string_view type) {
  bad_spec(fmt::format("Unknown format code '{}' for object of type '{}'", code, type));
}

std::string repeated(std::string_view text, std::int64_t count) {
  std::string out;
  for (; count > 0; --count)
    out += text;
  return out;
}

std::string pad(std::string text, const Spec& spec, char default_align, std::size_t sign_length) {
  auto missing = spec.width - static_cast<std::int64_t>(unicode::count(text));
  if (missing <= 0) return text;
  switch (spec.align == 0 ? default_align : spec.align) {
    case '<':
      return text + repeated(spec.fill, missing);
    case '^':
      return repeated(spec.fill, missing / 2) + text + repeated(spec.fill, missing - missing / 2);
    case '=':
      return text.substr(0, sign_length) + repeated(spec.fill, missing) + text.substr(sign_length);
    default:
      return repeated(spec.fill, missing) + text;
  }
}

// Puts a separator between groups of digits. With zero padding the zeros are grouped too.
std::string group_digits(std::string digits, const Spec& spec, std::size_t group, std::size_t other_length) {
  if (spec.grouping == 0) return digits;
  bool zeros = spec.fill == "0" && spec.align == '=';
  std::string out;
  std::size_t count = 0;
  for (std::size_t index = digits.size(); index-- > 0; ++count) {
    if (count != 0 && count % group == 0) out += spec.grouping;
    out += digits[index];
  }
  while (zeros && static_cast<std::int64_t>(out.size() + other_length) < spec.width) {
    if (count % group == 0 && count != 0) {
      out += spec.grouping;
      if (static_cast<std::int64_t>(out.size() + other_length) >= spec.width) {
        out += '0';
        break;
      }
    }
    out += '0';
    ++count;
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::string sign_text(bool negative, char style) {
  if (negative) return "-";
  return style == '-' || style == 0 ? "" : std::string(1, style);
}

// NOLINTNEXTLINE(performance-unnecessary-value-param,readability-function-cognitive-complexity)
std::string format_float_spec(double value, Spec spec, std::string_view type) {
  char code = spec.type;
  bool percent = code == '%';
  if (code != 0 && code != 'n' && std::string_view("eEfFgG%").find(code) == std::string_view::npos) {
    unknown_code(code, type);
  }
  if (percent) value *= 100;
  std::string body;
  bool negative = std::signbit(value);
  double magnitude = std::fabs(value);
  bool upper = code == 'E' || code == 'F' || code == 'G';
  if (std::isnan(value)) {
    body = upper ? "NAN" : "nan";
    negative = false;
  } else if (std::isinf(value)) {
    body = upper ? "INF" : "inf";
  } else if (code == 0 && spec.precision < 0) {
    body = float_repr(magnitude);
  } else {
    char style = code == 0 || code == 'n' ? 'g' : percent ? 'f' : code;
    auto precision = static_cast<int>(spec.precision < 0 ? 6 : spec.precision);
    if ((style == 'g' || style == 'G') && precision == 0) precision = 1;
    body = format_double(magnitude, style, precision, spec.alternate);
    if (code == 0) {
      // Like g, but with a point, and fixed notation only below 10**precision.
      double exponent = magnitude == 0 ? 0 : std::floor(std::log10(magnitude));
      if (exponent >= precision && body.find('e') == std::string::npos) {
        body = format_double(magnitude, 'e', std::max(precision - 1, 0), spec.alternate);
      }
      if (body.find_first_of(".e") == std::string::npos) body += ".0";
      if (body.find('e') != std::string::npos && !spec.alternate) {
        std::size_t mark = body.find('e');
        std::string mantissa = body.substr(0, mark);
        if (mantissa.find('.') != std::string::npos) {
          while (mantissa.back() == '0')
            mantissa.pop_back();
          if (mantissa.back() == '.') mantissa.pop_back();
        }
        body = mantissa + body.substr(mark);
      }
    }
  }
  if (spec.zero_negative && negative && body.find_first_of("123456789in") == std::string::npos) negative = false;
  if (percent) body += '%';
  std::string sign = sign_text(negative, spec.sign);
  std::size_t whole = body.find_first_not_of("0123456789");
  if (whole == std::string::npos) whole = body.size();
  if (whole > 0) {
    std::string rest = body.substr(whole);
    body = group_digits(body.substr(0, whole), spec, 3, sign.size() + rest.size()) + rest;
  }
  return pad(sign + body, spec, '>', sign.size());
}

// NOLINTNEXTLINE(performance-unnecessary-value-param)
std::string format_int_spec(const Value& value, Spec spec, std::string_view type) {
  char code = spec.type == 0 ? 'd' : spec.type;
  if (std::string_view("eEfFgG%").find(code) != std::string_view::npos) {
    return format_float_spec(to_float(value), spec, type);
  }
  if (spec.precision >= 0) bad_spec("Precision not allowed in integer format specifier");
  if (spec.zero_negative) bad_spec("Negative zero coercion (z) not allowed in integer format specifier");
  if (code == 'c') {
    if (spec.sign != 0) bad_spec("Sign not allowed with integer format specifier 'c'");
    std::string out;
    auto point = as_index(value);
    if (!point || *point < 0 || *point > 0x10ffff) {
      raise(ExceptionKind::kOverflowError, "%c arg not in range(0x110000)");
    }
    unicode::encode(&out, static_cast<char32_t>(*point));
    return pad(out, spec, '>', 0);
  }
  unsigned base = 10;
  std::string prefix;
  switch (code) {
    case 'b':
      base = 2, prefix = "0b";
      break;
    case 'o':
      base = 8, prefix = "0o";
      break;
    case 'x':
      base = 16, prefix = "0x";
      break;
    case 'X':
      base = 16, prefix = "0X";
      break;
    case 'd':
    case 'n':
      break;
    default:
      unknown_code(code, type);
  }
  if (spec.grouping == ',' && base != 10) bad_spec(fmt::format("Cannot specify ',' with '{}'.", code));
  BigInt number = to_bigint(value);
  std::string digits = (number.is_negative() ? number.negated() : number).to_string(base);
  if (code == 'X') digits = unicode::to_upper(digits);
  std::string sign = sign_text(number.is_negative(), spec.sign);
  if (spec.alternate) sign += prefix;
  digits = group_digits(digits, spec, base == 10 ? 3 : 4, sign.size());
  return pad(sign + digits, spec, '>', sign.size());
}

std::string format_string_spec(std::string_view value, const Spec& spec) {
  if (spec.type != 0 && spec.type != 's') unknown_code(spec.type, "str");
  if (spec.sign != 0) bad_spec("Sign not allowed in string format specifier");
  if (spec.zero_negative) bad_spec("Negative zero coercion (z) not allowed in string format specifier");
  if (spec.alternate) bad_spec("Alternate form (#) not allowed in string format specifier");
  if (spec.grouping != 0) bad_spec(fmt::format("Cannot specify '{}' with 's'.", spec.grouping));
  std::string text(value);
  if (spec.precision >= 0) text.resize(unicode::offset_of(value, static_cast<std::size_t>(spec.precision)));
  Spec padded = spec;
  if (padded.align == '=') {
    if (padded.fill != "0") bad_spec("'=' alignment not allowed in string format specifier");
    padded.align = '<';
  }
  return pad(text, padded, '<', 0);
}

}  // namespace

std::string format_value(const Value& value, std::string_view spec) {
  if (spec.empty()) return to_str(value);
  switch (value.kind()) {
    case Kind::kString:
      return format_string_spec(value.as_string(), parse_spec(spec, "str"));
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kBigInt:
      return format_int_spec(value, parse_spec(spec, type_name(value)), "int");
    case Kind::kFloat:
      return format_float_spec(value.as_float(), parse_spec(spec, "float"), "float");
    case Kind::kObject:
      if (auto text = value.object()->format(spec)) return *text;
      break;
    default:
      break;
  }
  raise(ExceptionKind::kTypeError, fmt::format("unsupported format string passed to {}.__format__", type_name(value)));
}

}  // namespace floe::dbt
