// str.format(), with the sandbox's attribute rules.
#include "value/operations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {

namespace {

class BraceFormatter {
 public:
  explicit BraceFormatter(const Arguments& arguments) : arguments_(arguments) {}

  std::string run(std::string_view format, int depth) {
    if (depth < 0) raise(ExceptionKind::kValueError, "Max string recursion exceeded");
    std::string out;
    std::size_t position = 0;
    while (position < format.size()) {
      std::size_t mark = format.find_first_of("{}", position);
      out += format.substr(position, mark - position);
      if (mark == std::string_view::npos) break;
      char brace = format[mark];
      position = mark + 1;
      if (position < format.size() && format[position] == brace) {
        out += brace;
        ++position;
        continue;
      }
      if (brace == '}') raise(ExceptionKind::kValueError, "Single '}' encountered in format string");
      if (position >= format.size()) raise(ExceptionKind::kValueError, "Single '{' encountered in format string");
      out += field(format, &position, depth);
      Meter::step();
      Meter::grow_text(out.size());
    }
    return out;
  }

 private:
  std::string field(std::string_view format, std::size_t* position, int depth) {
    std::size_t start = *position;
    int nested = 1;
    std::size_t end = start;
    for (; end < format.size(); ++end) {
      if (format[end] == '{') ++nested;
      if (format[end] == '}' && --nested == 0) break;
    }
    if (nested != 0) raise(ExceptionKind::kValueError, "expected '}' before end of string");
    std::string_view body = format.substr(start, end - start);
    *position = end + 1;
    // The name ends at `!` or `:` outside brackets.
    std::size_t cut = 0;
    bool bracket = false;
    for (; cut < body.size(); ++cut) {
      if (body[cut] == '[') bracket = true;
      if (body[cut] == ']') bracket = false;
      if (!bracket && (body[cut] == '!' || body[cut] == ':')) break;
      if (body[cut] == '{') raise(ExceptionKind::kValueError, "unexpected '{' in field name");
    }
    std::string_view name = body.substr(0, cut);
    char conversion = 0;
    std::string_view spec;
    if (cut < body.size() && body[cut] == '!') {
      if (cut + 1 >= body.size()) {
        raise(ExceptionKind::kValueError, "end of string while looking for conversion specifier");
      }
      conversion = body[cut + 1];
      cut += 2;
      if (cut < body.size() && body[cut] != ':') {
        raise(ExceptionKind::kValueError, "expected ':' after conversion specifier");
      }
    }
    if (cut < body.size()) spec = body.substr(cut + 1);
    Value value = look_up(name);
    switch (conversion) {
      case 0:
        break;
      case 's':
        value = str_value(value);
        break;
      case 'r':
      case 'a':
        value = Value(to_repr(value));
        break;
      default:
        raise(ExceptionKind::kValueError, fmt::format("Unknown conversion specifier {}", conversion));
    }
    return format_value(value, run(spec, depth - 1));
  }

  Value look_up(std::string_view name) {
    std::size_t end = name.find_first_of(".[");
    std::string_view first = name.substr(0, end);
    Value value = first_value(first);
    std::string_view rest = end == std::string_view::npos ? std::string_view() : name.substr(end);
    while (!rest.empty()) {
      if (rest[0] == '.') {
        std::size_t stop = rest.find_first_of(".[", 1);
        std::string_view attribute = rest.substr(1, stop == std::string_view::npos ? stop : stop - 1);
        if (attribute.empty()) raise(ExceptionKind::kValueError, "Empty attribute in format string");
        value = get_attr_or_undefined(value, Value(attribute), UndefinedPolicy::kDefault);
        rest = stop == std::string_view::npos ? std::string_view() : rest.substr(stop);
      } else if (rest[0] == '[') {
        std::size_t stop = rest.find(']');
        if (stop == std::string_view::npos) raise(ExceptionKind::kValueError, "Missing ']' in format string");
        std::string_view key = rest.substr(1, stop - 1);
        if (key.empty()) raise(ExceptionKind::kValueError, "Empty attribute in format string");
        value =
            get_item_or_undefined(value, is_number(key) ? to_int(Value(key)) : Value(key), UndefinedPolicy::kDefault);
        rest.remove_prefix(stop + 1);
      } else {
        raise(ExceptionKind::kValueError, "Only '.' or '[' may follow ']' in format field specifier");
      }
    }
    return value;
  }

  static bool is_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char each) { return each >= '0' && each <= '9'; });
  }

  Value first_value(std::string_view name) {
    std::size_t index = 0;
    if (name.empty()) {
      if (manual_) {
        raise(ExceptionKind::kValueError, "cannot switch from manual field specification to automatic field numbering");
      }
      automatic_ = true;
      index = next_++;
    } else if (is_number(name)) {
      if (automatic_) {
        raise(ExceptionKind::kValueError, "cannot switch from manual field specification to automatic field numbering");
      }
      manual_ = true;
      index = name.size() < 10 ? static_cast<std::size_t>(std::stoul(std::string(name))) : ~std::size_t{0};
    } else {
      const Value* found = arguments_.find(name);
      if (found == nullptr) raise(ExceptionKind::kKeyError, to_repr(Value(name)));
      return *found;
    }
    if (index >= arguments_.positional.size()) {
      raise(ExceptionKind::kIndexError,
            fmt::format("Replacement index {} out of range for positional args tuple", index));
    }
    return arguments_.positional[index];
  }

  const Arguments& arguments_;
  std::size_t next_ = 0;
  bool automatic_ = false;
  bool manual_ = false;
};

}  // namespace

std::string format_braces(std::string_view format, const Arguments& arguments) {
  return BraceFormatter(arguments).run(format, 2);
}

}  // namespace floe::dbt
