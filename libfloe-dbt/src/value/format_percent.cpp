// "%s" % value.
#include "value/bigint.hpp"
#include "value/format_number.hpp"
#include "value/operations.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

#include <cmath>

namespace floe::dbt {

namespace {

constexpr std::int64_t kMaxWidth = std::int64_t{1} << 28;

struct Directive {
  bool left = false;
  bool plus = false;
  bool space = false;
  bool alternate = false;
  bool zero = false;
  std::int64_t width = -1;
  std::int64_t precision = -1;
};

class PercentFormatter {
 public:
  PercentFormatter(const StringObject& format, const Value& arguments) : format_(format.view()), arguments_(arguments) {
    // What has x[key], as Python decides it: such an argument may stay unused.
    switch (arguments.kind()) {
      case Kind::kDict:
      case Kind::kList:
      case Kind::kRange:
      case Kind::kBytes:
      case Kind::kUndefined:
        is_mapping_ = true;
        break;
      case Kind::kObject:
        is_mapping_ = arguments.object()->is_mapping() || arguments.object()->is_sequence();
        break;
      default:
        break;
    }
  }

  std::string run() {
    while (position_ < format_.size()) {
      std::size_t mark = format_.find('%', position_);
      out_ += format_.substr(position_, mark - position_);
      if (mark == std::string_view::npos) break;
      position_ = mark + 1;
      directive();
      Meter::step();
      Meter::grow_text(out_.size());
    }
    bool unused = arguments_.is_tuple() ? next_ < arguments_.tuple_object()->items.size() : !used_ && !is_mapping_;
    if (unused) raise(ExceptionKind::kTypeError, "not all arguments converted during string formatting");
    return std::move(out_);
  }

 private:
  char peek() {
    if (position_ >= format_.size()) raise(ExceptionKind::kValueError, "incomplete format");
    return format_[position_];
  }

  Value next_argument() {
    if (arguments_.is_tuple()) {
      const std::vector<Value>& items = arguments_.tuple_object()->items;
      if (next_ >= items.size()) raise(ExceptionKind::kTypeError, "not enough arguments for format string");
      return items[next_++];
    }
    if (used_) raise(ExceptionKind::kTypeError, "not enough arguments for format string");
    used_ = true;
    return arguments_;
  }

  std::int64_t number(std::string_view too_big) {
    if (peek() == '*') {
      ++position_;
      Value value = next_argument();
      auto index = as_index(value);
      if (!index) raise(ExceptionKind::kTypeError, "* wants int");
      return *index;
    }
    std::int64_t value = 0;
    while (peek() >= '0' && peek() <= '9') {
      value = value * 10 + (format_[position_++] - '0');
      if (value > kMaxWidth) raise(ExceptionKind::kValueError, std::string(too_big));
    }
    return value;
  }

  // `(name)`: the item of the mapping.
  void take_key() {
    if (!is_mapping_) raise(ExceptionKind::kTypeError, "format requires a mapping");
    std::size_t start = ++position_;
    int depth = 1;
    while (depth > 0) {
      if (position_ >= format_.size()) raise(ExceptionKind::kValueError, "incomplete format key");
      if (format_[position_] == '(') ++depth;
      if (format_[position_] == ')') --depth;
      ++position_;
    }
    keyed_ = get_item(arguments_, Value(format_.substr(start, position_ - 1 - start)));
    has_key_ = true;
    used_ = true;
  }

  void directive() {
    Directive spec;
    has_key_ = false;
    if (peek() == '(') take_key();
    for (bool more = true; more;) {
      switch (peek()) {
        case '-':
          spec.left = true;
          break;
        case '+':
          spec.plus = true;
          break;
        case ' ':
          spec.space = true;
          break;
        case '#':
          spec.alternate = true;
          break;
        case '0':
          spec.zero = true;
          break;
        default:
          more = false;
          continue;
      }
      ++position_;
    }
    if (peek() == '*' || (peek() >= '0' && peek() <= '9')) {
      spec.width = number("width too big");
      if (spec.width < 0) {
        spec.left = true;
        spec.width = -spec.width;
      }
    }
    if (peek() == '.') {
      ++position_;
      peek();
      spec.precision = std::max<std::int64_t>(number("precision too big"), 0);
    }
    if (peek() == 'h' || peek() == 'l' || peek() == 'L') ++position_;
    char code = peek();
    ++position_;
    if (code == '%') {
      out_ += '%';
      return;
    }
    convert(code, spec);
  }

  void convert(char code, const Directive& spec) {
    switch (code) {
      case 's':
        pad(cut(to_str(take()), spec), spec, 0);
        return;
      // NOLINTNEXTLINE(bugprone-branch-clone)
      case 'r':
        pad(cut(to_repr(take()), spec), spec, 0);
        return;
      case 'a':
        pad(cut(to_repr(take()), spec), spec, 0);
        return;
      case 'c':
        character(spec);
        return;
      // NOLINTNEXTLINE(bugprone-branch-clone)
      case 'd':
      case 'i':
      case 'u':
        integer(code, spec);
        return;
      case 'x':
      case 'X':
      case 'o':
        integer(code, spec);
        return;
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        real(code, spec);
        return;
      default: {
        take();  // Python looks at the argument first
        std::size_t start = position_ - 1;
        std::size_t end = start;
        char32_t point = unicode::decode(format_, &end);
        raise(ExceptionKind::kValueError,
              fmt::format("unsupported format character '{}' (0x{:x}) at index {}",
                          point > 31 && point < 128 ? format_.substr(start, 1) : "?", static_cast<std::uint32_t>(point),
                          unicode::count(format_.substr(0, start))));
      }
    }
  }

  Value take() { return has_key_ ? keyed_ : next_argument(); }

  static std::string cut(std::string text, const Directive& spec) {
    if (spec.precision >= 0) text.resize(unicode::offset_of(text, static_cast<std::size_t>(spec.precision)));
    return text;
  }

  void pad(const std::string& text, const Directive& spec, std::size_t sign_length, bool zeros = false) {
    auto missing = spec.width - static_cast<std::int64_t>(unicode::count(text));
    if (missing <= 0) {
      out_ += text;
    } else if (spec.left) {
      out_ += text + std::string(static_cast<std::size_t>(missing), ' ');
    } else if (zeros) {
      out_ +=
          text.substr(0, sign_length) + std::string(static_cast<std::size_t>(missing), '0') + text.substr(sign_length);
    } else {
      out_ += std::string(static_cast<std::size_t>(missing), ' ') + text;
    }
  }

  void character(const Directive& spec) {
    Value value = take();
    std::string text;
    if (value.is_string() && value.string()->length() == 1) {
      text = value.as_string();
    } else if (auto point = as_index(value)) {
      if (*point < 0 || *point > 0x10ffff) raise(ExceptionKind::kOverflowError, "%c arg not in range(0x110000)");
      unicode::encode(&text, static_cast<char32_t>(*point));
    } else {
      raise(ExceptionKind::kTypeError, "%c requires int or char");
    }
    pad(text, spec, 0);
  }

  static std::string sign_of(bool negative, const Directive& spec) {
    return negative ? "-" : spec.plus ? "+" : spec.space ? " " : "";
  }

  void integer(char code, const Directive& spec) {
    Value value = take();
    bool decimal = code == 'd' || code == 'i' || code == 'u';
    if (value.is_undefined()) value.undefined_object()->fail();
    bool number = value.is_int() || value.is_bool() || value.kind() == Kind::kBigInt;
    if (!number && decimal && (value.is_float() || (value.is_object() && value.object()->is_number()))) {
      value = to_int(value);
      number = true;
    }
    if (!number) {
      raise(ExceptionKind::kTypeError, fmt::format("%{} format: {} is required, not {}", code,
                                                   decimal ? "a real number" : "an integer", type_name(value)));
    }
    BigInt integral = to_bigint(value);
    unsigned base = decimal ? 10 : code == 'o' ? 8 : 16;
    std::string digits = (integral.is_negative() ? integral.negated() : integral).to_string(base);
    if (code == 'X') digits = unicode::to_upper(digits);
    if (spec.precision > static_cast<std::int64_t>(digits.size())) {
      digits.insert(0, static_cast<std::size_t>(spec.precision) - digits.size(), '0');
    }
    std::string sign = sign_of(integral.is_negative(), spec);
    if (spec.alternate && !decimal) sign += code == 'o' ? "0o" : code == 'x' ? "0x" : "0X";
    pad(sign + digits, spec, sign.size(), spec.zero);
  }

  void real(char code, const Directive& spec) {
    Value value = take();
    if (value.is_undefined()) value.undefined_object()->fail();
    if (value.is_string() || !(value.is_float() || value.is_int() || value.is_bool() || value.is_object() ||
                               value.kind() == Kind::kBigInt)) {
      raise(ExceptionKind::kTypeError, fmt::format("must be real number, not {}", type_name(value)));
    }
    double number = to_float(value);
    bool negative = std::signbit(number);
    std::string body;
    bool upper = code < 'a';
    if (std::isnan(number)) {
      body = upper ? "NAN" : "nan";
      negative = false;
    } else if (std::isinf(number)) {
      body = upper ? "INF" : "inf";
    } else {
      auto precision = static_cast<int>(spec.precision < 0 ? 6 : spec.precision);
      if ((code | 0x20) == 'g' && precision == 0) precision = 1;
      body = format_double(std::fabs(number), code, precision, spec.alternate);
    }
    std::string sign = sign_of(negative, spec);
    pad(sign + body, spec, sign.size(), spec.zero);
  }

  std::string_view format_;
  const Value& arguments_;
  std::string out_;
  std::size_t position_ = 0;
  std::size_t next_ = 0;
  bool used_ = false;
  bool is_mapping_ = false;
  bool has_key_ = false;
  Value keyed_;
};

}  // namespace

std::string format_percent(const StringObject& format, const Value& arguments) {
  return PercentFormatter(format, arguments).run();
}

}  // namespace floe::dbt
