// ast.literal_eval: strings, bytes, numbers, tuples, lists, dicts, sets, booleans and None.
#include "value/bigint.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"
#include "value/python_literal.hpp"

#include <algorithm>
#include <cctype>
#include <exception>

namespace floe::dbt {

namespace {

struct NotLiteral : std::exception {};

class LiteralReader {
 public:
  explicit LiteralReader(std::string_view text) : text_(text) {}

  Value run() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\t'))
      ++position_;
    Value value = read_items(0);
    skip_space();
    while (position_ < text_.size() && text_[position_] == '\n') {
      ++position_;
      skip_space();
    }
    if (position_ != text_.size()) throw NotLiteral{};
    return value;
  }

 private:
  void skip_space() {
    while (position_ < text_.size()) {
      char each = text_[position_];
      bool line = each == '\n' || each == '\r';
      if (each != ' ' && each != '\t' && each != '\f' && !(line && depth_ > 0)) {
        if (each != '#') return;
        while (position_ < text_.size() && text_[position_] != '\n')
          ++position_;
        continue;
      }
      ++position_;
    }
  }

  [[nodiscard]] char peek() {
    skip_space();
    return position_ < text_.size() ? text_[position_] : '\0';
  }

  bool skip(char wanted) {
    if (peek() != wanted) return false;
    ++position_;
    return true;
  }

  // One value, or a tuple without parentheses, up to `close` (0: the end).
  Value read_items(char close) {
    std::vector<Value> items;
    bool comma = false;
    while (peek() != close && !(close == 0 && position_ >= text_.size())) {
      items.push_back(read());
      comma = skip(',');
      if (!comma) break;
    }
    if (items.empty() && close == 0) throw NotLiteral{};
    if (items.size() == 1 && !comma) return items[0];
    return Value::tuple(std::move(items));
  }

  Value read() {
    if (++nesting_ > 90) throw NotLiteral{};
    Value value = read_value();
    --nesting_;
    return value;
  }

  Value read_value() {
    char each = peek();
    switch (each) {
      case '(': {
        ++depth_;
        ++position_;
        Value value = read_items(')');
        if (!skip(')')) throw NotLiteral{};
        --depth_;
        return value;
      }
      case '[':
        return read_list();
      case '{':
        return read_braces();
      case '+':
      case '-': {
        ++position_;
        Value number = read();
        bool numeric = number.is_int() || number.is_float() || number.kind() == Kind::kBigInt;
        if (!numeric) throw NotLiteral{};
        return each == '-' ? negate(number) : number;
      }
      default:
        break;
    }
    if (each == '\'' || each == '"') return read_strings();
    if (std::isdigit(static_cast<unsigned char>(each)) != 0 || each == '.') return read_number();
    if (std::isalpha(static_cast<unsigned char>(each)) != 0) return read_word();
    throw NotLiteral{};
  }

  Value read_list() {
    ++depth_;
    ++position_;
    std::vector<Value> items;
    while (peek() != ']') {
      items.push_back(read());
      if (!skip(',')) break;
    }
    if (!skip(']')) throw NotLiteral{};
    --depth_;
    return Value::list(std::move(items));
  }

  Value read_braces() {
    ++depth_;
    ++position_;
    auto dict = make_ref<DictObject>();
    auto set = make_ref<SetObject>();
    bool is_set = false;
    while (peek() != '}') {
      Value key = read();
      if (skip(':')) {
        if (is_set) throw NotLiteral{};
        dict->set(key, read());
      } else {
        if (dict->size() != 0) throw NotLiteral{};
        is_set = true;
        set->add(key);
      }
      if (!skip(',')) break;
    }
    if (!skip('}')) throw NotLiteral{};
    --depth_;
    return is_set ? Value(set) : Value(dict);
  }

  Value read_word() {
    std::size_t end = position_;
    while (end < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '_')) {
      ++end;
    }
    std::string_view word = text_.substr(position_, end - position_);
    bool quoted = end < text_.size() && (text_[end] == '\'' || text_[end] == '"');
    if (quoted && word.size() <= 2) return read_strings();
    position_ = end;
    if (word == "None") return {};
    if (word == "True") return true;
    if (word == "False") return false;
    if (word == "set" && skip('(') && skip(')')) return Value(make_ref<SetObject>());
    throw NotLiteral{};
  }

  Value read_number() {
    std::size_t end = 0;
    std::string_view rest = text_.substr(position_);
    std::size_t whole = rest.find_first_not_of("0123456789");
    // `.5` and `5.` are floats in Python though not in templates.
    if (whole < rest.size() && rest[whole] == '.' && (whole > 0 || rest.size() > 1)) {
      char* stop = nullptr;
      std::string digits(rest.substr(0, rest.find_first_not_of("0123456789.eE+-")));
      Value real(std::strtod(digits.c_str(), &stop));
      if (stop == digits.c_str()) throw NotLiteral{};
      position_ += static_cast<std::size_t>(stop - digits.c_str());
      return real;
    }
    auto number = read_python_number(rest, &end);
    if (!number) throw NotLiteral{};
    position_ += end;
    if (position_ < text_.size() &&
        (std::isalnum(static_cast<unsigned char>(text_[position_])) != 0 || text_[position_] == '_')) {
      throw NotLiteral{};
    }
    return *number;
  }

  // Neighbouring literals join.
  Value read_strings() {
    std::string out;
    bool bytes = false;
    bool first = true;
    while (true) {
      char each = peek();
      std::size_t quote = position_;
      std::string prefix;
      while (quote < text_.size() && std::isalpha(static_cast<unsigned char>(text_[quote])) != 0 && prefix.size() < 3) {
        prefix += static_cast<char>(std::tolower(static_cast<unsigned char>(text_[quote++])));
      }
      bool opens = quote < text_.size() && (text_[quote] == '\'' || text_[quote] == '"');
      if (!opens || (each != '\'' && each != '"' && prefix.empty())) break;
      bool known =
          prefix.empty() || prefix == "r" || prefix == "u" || prefix == "b" || prefix == "br" || prefix == "rb";
      if (!known) throw NotLiteral{};
      bool is_bytes = prefix.find('b') != std::string::npos;
      if (!first && is_bytes != bytes) throw NotLiteral{};
      bytes = is_bytes;
      first = false;
      position_ = quote;
      out += read_string(prefix.find('r') != std::string::npos);
    }
    return bytes ? Value(make_ref<BytesObject>(std::move(out))) : Value(std::move(out));
  }

  std::string read_string(bool raw) {
    char quote = text_[position_];
    std::string close(1, quote);
    if (text_.substr(position_, 3) == std::string(3, quote)) close.assign(3, quote);
    position_ += close.size();
    std::size_t end = position_;
    while (end < text_.size() && text_.substr(end, close.size()) != close) {
      if (close.size() == 1 && text_[end] == '\n') throw NotLiteral{};
      end += text_[end] == '\\' ? 2 : 1;
    }
    if (end >= text_.size()) throw NotLiteral{};
    std::string_view inside = text_.substr(position_, end - position_);
    position_ = end + close.size();
    return raw ? std::string(inside) : decode_python_escapes(inside, false);
  }

  std::string_view text_;
  std::size_t position_ = 0;
  int depth_ = 0;
  int nesting_ = 0;
};

}  // namespace

std::optional<Value> literal_eval(std::string_view text) {
  try {
    return LiteralReader(text).run();
  } catch (const NotLiteral&) {
    return std::nullopt;
  } catch (const PythonException&) {
    return std::nullopt;
  }
}

}  // namespace floe::dbt
