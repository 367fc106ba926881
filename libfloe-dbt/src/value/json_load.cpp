// json.loads.
#include "value/json.hpp"
#include "value/operations.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace floe::dbt {

namespace {

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  Value run() {
    skip_space();
    Value value = read(0);
    skip_space();
    if (position_ != text_.size()) fail("Extra data", position_);
    return value;
  }

 private:
  [[noreturn]] void fail(std::string_view message, std::size_t at) const {
    std::string_view before = text_.substr(0, at);
    auto line = std::count(before.begin(), before.end(), '\n') + 1;
    std::size_t start = before.rfind('\n');
    std::size_t column = unicode::count(start == std::string_view::npos ? before : before.substr(start + 1)) + 1;
    raise(ExceptionKind::kValueError,
          fmt::format("{}: line {} column {} (char {})", message, line, column, unicode::count(before)));
  }

  void skip_space() {
    while (position_ < text_.size() && std::string_view(" \t\n\r").find(text_[position_]) != std::string_view::npos) {
      ++position_;
    }
  }

  bool skip(std::string_view word) {
    if (text_.substr(position_, word.size()) != word) return false;
    position_ += word.size();
    return true;
  }

  Value read(int depth) {
    if (depth > 900) raise(ExceptionKind::kRecursionError, "maximum recursion depth exceeded");
    if (position_ >= text_.size()) fail("Expecting value", position_);
    switch (text_[position_]) {
      case '"':
        return Value(read_text());
      case '{':
        return read_dict(depth);
      case '[':
        return read_list(depth);
      default:
        break;
    }
    if (skip("null")) return {};
    if (skip("true")) return true;
    if (skip("false")) return false;
    if (skip("NaN")) return std::numeric_limits<double>::quiet_NaN();
    if (skip("Infinity")) return std::numeric_limits<double>::infinity();
    if (skip("-Infinity")) return -std::numeric_limits<double>::infinity();
    return read_number();
  }

  [[nodiscard]] bool digit(std::size_t at) const { return at < text_.size() && text_[at] >= '0' && text_[at] <= '9'; }

  Value read_number() {
    std::size_t start = position_;
    std::size_t end = start;
    if (text_[end] == '-') ++end;
    if (!digit(end)) fail("Expecting value", start);
    if (text_[end] == '0') {
      ++end;
    } else {
      while (digit(end))
        ++end;
    }
    bool real = false;
    if (end < text_.size() && text_[end] == '.' && digit(end + 1)) {
      real = true;
      ++end;
      while (digit(end))
        ++end;
    }
    if (end < text_.size() && (text_[end] | 0x20) == 'e') {
      std::size_t exponent = end + 1;
      if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
      if (digit(exponent)) {
        real = true;
        end = exponent;
        while (digit(end))
          ++end;
      }
    }
    Value number(text_.substr(start, end - start));
    position_ = end;
    return real ? Value(to_float(number)) : to_int(number);
  }

  std::uint32_t read_hex(std::size_t at) {
    std::uint32_t code = 0;
    for (std::size_t index = at; index < at + 4; ++index) {
      int value = -1;
      char each = index < text_.size() ? text_[index] : ' ';
      if (each >= '0' && each <= '9') value = each - '0';
      if (each >= 'a' && each <= 'f') value = each - 'a' + 10;
      if (each >= 'A' && each <= 'F') value = each - 'A' + 10;
      if (value < 0) fail("Invalid \\uXXXX escape", at - 1);
      code = code * 16 + static_cast<std::uint32_t>(value);
    }
    return code;
  }

  void read_escape(std::string* out, std::size_t begin) {
    if (position_ >= text_.size()) fail("Unterminated string starting at", begin);
    char code = text_[position_++];
    switch (code) {
      case '"':
      case '\\':
      case '/':
        *out += code;
        return;
      case 'b':
        *out += '\b';
        return;
      case 'f':
        *out += '\f';
        return;
      case 'n':
        *out += '\n';
        return;
      case 'r':
        *out += '\r';
        return;
      case 't':
        *out += '\t';
        return;
      case 'u':
        break;
      default:
        fail("Invalid \\escape", position_ - 2);
    }
    char32_t point = read_hex(position_);
    position_ += 4;
    if (point >= 0xd800 && point < 0xdc00 && text_.substr(position_, 2) == "\\u") {
      char32_t low = read_hex(position_ + 2);
      if (low >= 0xdc00 && low < 0xe000) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        position_ += 6;
      }
    }
    unicode::encode(out, point);
  }

  std::string read_text() {
    std::size_t begin = position_++;
    std::string out;
    while (true) {
      if (position_ >= text_.size()) fail("Unterminated string starting at", begin);
      char each = text_[position_];
      if (each == '"') {
        ++position_;
        return out;
      }
      if (each == '\\') {
        ++position_;
        read_escape(&out, begin);
      } else if (static_cast<unsigned char>(each) < 0x20) {
        fail("Invalid control character at", position_);
      } else {
        out += each;
        ++position_;
      }
    }
  }

  Value read_list(int depth) {
    ++position_;
    std::vector<Value> items;
    skip_space();
    if (skip("]")) return Value::list();
    while (true) {
      items.push_back(read(depth + 1));
      skip_space();
      if (skip("]")) return Value::list(std::move(items));
      if (!skip(",")) fail("Expecting ',' delimiter", position_);
      skip_space();
    }
  }

  Value read_dict(int depth) {
    ++position_;
    Value dict = Value::dict();
    skip_space();
    if (skip("}")) return dict;
    while (true) {
      if (position_ >= text_.size() || text_[position_] != '"') {
        fail("Expecting property name enclosed in double quotes", position_);
      }
      Value key(read_text());
      skip_space();
      if (!skip(":")) fail("Expecting ':' delimiter", position_);
      skip_space();
      dict.dict_object()->set(key, read(depth + 1));
      skip_space();
      if (skip("}")) return dict;
      if (!skip(",")) fail("Expecting ',' delimiter", position_);
      skip_space();
    }
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace

Result<Value> load_json(std::string_view text) {
  try {
    return JsonReader(text).run();
  } catch (const PythonException& problem) {
    return fail(ErrorCode::kData, problem.message());
  }
}

}  // namespace floe::dbt
