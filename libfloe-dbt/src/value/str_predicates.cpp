// The methods of str that test or pad.
#include "value/method_arguments.hpp"
#include "value/str_methods.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt::str {

namespace {

constexpr std::int64_t kMaxWidth = static_cast<std::int64_t>(MeterLimits().text);

template <class F>
Value every(std::string_view name, const Value& self, Arguments& arguments, F test, bool empty = false) {
  expect_count(name, arguments, 0, 0);
  std::string_view text = self.as_string();
  if (text.empty()) return empty;
  for (std::size_t position = 0; position < text.size();) {
    if (!test(unicode::decode(text, &position))) return false;
  }
  return true;
}

bool is_line_break(char32_t code) {
  return (code >= 0x0a && code <= 0x0d) || (code >= 0x1c && code <= 0x1e) || code == 0x85 || code == 0x2028 ||
         code == 0x2029;
}

struct Padding {
  std::int64_t missing = 0;
  std::string fill = " ";
};

Padding padding(std::string_view name, const Value& self, const Arguments& arguments) {
  expect_count(name, arguments, 1, 2);
  Padding result;
  std::int64_t width = expect_index(arguments.positional[0]);
  if (width > kMaxWidth) raise(ExceptionKind::kOverflowError, "the padded text is too long");
  if (arguments.positional.size() > 1) {
    const Value& fill = arguments.positional[1];
    if (!fill.is_string()) {
      raise(ExceptionKind::kTypeError,
            fmt::format("The fill character must be a unicode character, not {}", type_name(fill)));
    }
    if (fill.string()->length() != 1) {
      raise(ExceptionKind::kTypeError, "The fill character must be exactly one character long");
    }
    result.fill = fill.as_string();
  }
  result.missing = std::max<std::int64_t>(width - static_cast<std::int64_t>(self.string()->length()), 0);
  return result;
}

std::string repeated(std::string_view text, std::int64_t count) {
  std::string out;
  for (; count > 0; --count)
    out += text;
  return out;
}

}  // namespace

std::vector<Value> split_lines(std::string_view text, bool keep_ends) {
  std::vector<Value> lines;
  std::size_t start = 0;
  for (std::size_t position = 0; position < text.size();) {
    std::size_t end = position;
    char32_t code = unicode::decode(text, &position);
    if (!is_line_break(code)) continue;
    if (code == '\r' && position < text.size() && text[position] == '\n') ++position;
    lines.emplace_back(text.substr(start, (keep_ends ? position : end) - start));
    start = position;
  }
  if (start < text.size()) lines.emplace_back(text.substr(start));
  return lines;
}

std::string replace_text(std::string_view text, std::string_view from, std::string_view to, std::int64_t limit) {
  std::string out;
  if (from.empty()) {
    std::size_t position = 0;
    while (true) {
      if (limit-- == 0) break;
      out += to;
      Meter::grow_text(out.size());
      if (position >= text.size()) return out;
      std::size_t start = position;
      unicode::decode(text, &position);
      out += text.substr(start, position - start);
    }
    out += text.substr(position);
    return out;
  }
  while (limit-- != 0) {
    std::size_t found = text.find(from);
    if (found == std::string_view::npos) break;
    out += text.substr(0, found);
    out += to;
    Meter::grow_text(out.size());
    text.remove_prefix(found + from.size());
  }
  out += text;
  return out;
}

std::string center_text(std::string_view text, std::int64_t width, std::string_view fill) {
  auto missing = width - static_cast<std::int64_t>(unicode::count(text));
  if (missing <= 0) return std::string(text);
  std::int64_t left = missing / 2 + (missing & width & 1);
  return repeated(fill, left) + std::string(text) + repeated(fill, missing - left);
}

Value center(const Value& self, Arguments& arguments) {
  Padding pad = padding("str.center", self, arguments);
  if (pad.missing == 0) return self;
  return center_text(self.as_string(), expect_index(arguments.positional[0]), pad.fill);
}

Value ljust(const Value& self, Arguments& arguments) {
  Padding pad = padding("str.ljust", self, arguments);
  return self.as_string() + repeated(pad.fill, pad.missing);
}

Value rjust(const Value& self, Arguments& arguments) {
  Padding pad = padding("str.rjust", self, arguments);
  return repeated(pad.fill, pad.missing) + self.as_string();
}

Value zfill(const Value& self, Arguments& arguments) {
  expect_count("str.zfill", arguments, 1, 1);
  std::int64_t width = expect_index(arguments.positional[0]);
  if (width > kMaxWidth) raise(ExceptionKind::kOverflowError, "the padded text is too long");
  std::string_view text = self.as_string();
  auto missing = width - static_cast<std::int64_t>(self.string()->length());
  if (missing <= 0) return self;
  std::size_t sign = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
  return std::string(text.substr(0, sign)) + repeated("0", missing) + std::string(text.substr(sign));
}

Value expandtabs(const Value& self, Arguments& arguments) {
  Value bound[1];
  bind_arguments("expandtabs", arguments, {"tabsize"}, 0, bound);
  std::int64_t size = bound[0].is_missing() ? 8 : expect_index(bound[0]);
  std::string out;
  std::int64_t column = 0;
  std::string_view text = self.as_string();
  for (std::size_t position = 0; position < text.size();) {
    std::size_t start = position;
    char32_t code = unicode::decode(text, &position);
    if (code == '\t') {
      if (size > 0) {
        std::int64_t spaces = size - column % size;
        if (spaces > kMaxWidth) raise(ExceptionKind::kOverflowError, "the padded text is too long");
        Meter::grow_text(out.size());
        out += repeated(" ", spaces);
        column += spaces;
      }
      continue;
    }
    out += text.substr(start, position - start);
    column = code == '\n' || code == '\r' ? 0 : column + 1;
  }
  return out;
}

Value translate(const Value& self, Arguments& arguments) {
  expect_count("str.translate", arguments, 1, 1);
  std::string out;
  std::string_view text = self.as_string();
  for (std::size_t position = 0; position < text.size();) {
    std::size_t start = position;
    char32_t code = unicode::decode(text, &position);
    Value mapped;
    const Value& table = arguments.positional[0];
    const Value* found = table.is_dict() ? table.dict_object()->find(Value(static_cast<std::int64_t>(code))) : nullptr;
    if (found == nullptr) {
      out += text.substr(start, position - start);
    } else if (found->is_int()) {
      unicode::encode(&out, static_cast<char32_t>(found->as_int()));
    } else if (!found->is_none()) {
      out += expect_string(*found, "character mapping");
      Meter::grow_text(out.size());
    }
  }
  return out;
}

Value isalnum(const Value& self, Arguments& arguments) {
  return every("str.isalnum", self, arguments, unicode::is_alnum);
}

Value isalpha(const Value& self, Arguments& arguments) {
  return every("str.isalpha", self, arguments, [](char32_t code) { return unicode::is_in(unicode::kAlpha, code); });
}

Value isascii(const Value& self, Arguments& arguments) {
  return every("str.isascii", self, arguments, [](char32_t code) { return code < 0x80; }, true);
}

Value isdecimal(const Value& self, Arguments& arguments) {
  return every("str.isdecimal", self, arguments, [](char32_t code) { return unicode::is_in(unicode::kDecimal, code); });
}

Value isdigit(const Value& self, Arguments& arguments) {
  return every("str.isdigit", self, arguments, [](char32_t code) { return unicode::is_in(unicode::kDigit, code); });
}

Value isnumeric(const Value& self, Arguments& arguments) {
  return every("str.isnumeric", self, arguments, [](char32_t code) { return unicode::is_in(unicode::kNumeric, code); });
}

Value isprintable(const Value& self, Arguments& arguments) {
  return every("str.isprintable", self, arguments, unicode::is_printable, true);
}

Value isspace(const Value& self, Arguments& arguments) {
  return every("str.isspace", self, arguments, unicode::is_space);
}

Value isidentifier(const Value& self, Arguments& arguments) {
  bool first = true;
  return every("str.isidentifier", self, arguments, [&](char32_t code) {
    bool fits = unicode::is_in(first ? unicode::kIdentifierStart : unicode::kIdentifierContinue, code);
    first = false;
    return fits;
  });
}

namespace {

// Cased characters exist and all are in `wanted`; title case counts as neither.
bool all_cased(std::string_view text, std::span<const unicode::Range> wanted,
               std::span<const unicode::Range> unwanted) {
  bool any = false;
  for (std::size_t position = 0; position < text.size();) {
    char32_t code = unicode::decode(text, &position);
    if (unicode::is_in(unwanted, code) || unicode::is_in(unicode::kTitle, code)) return false;
    any = any || unicode::is_in(wanted, code);
  }
  return any;
}

}  // namespace

bool is_lower_text(std::string_view text) { return all_cased(text, unicode::kLower, unicode::kUpper); }

bool is_upper_text(std::string_view text) { return all_cased(text, unicode::kUpper, unicode::kLower); }

Value islower(const Value& self, Arguments& arguments) {
  expect_count("str.islower", arguments, 0, 0);
  return is_lower_text(self.as_string());
}

Value isupper(const Value& self, Arguments& arguments) {
  expect_count("str.isupper", arguments, 0, 0);
  return is_upper_text(self.as_string());
}

Value istitle(const Value& self, Arguments& arguments) {
  expect_count("str.istitle", arguments, 0, 0);
  bool any = false;
  bool previous_cased = false;
  std::string_view text = self.as_string();
  for (std::size_t position = 0; position < text.size();) {
    char32_t code = unicode::decode(text, &position);
    if (unicode::is_in(unicode::kUpper, code) || unicode::is_in(unicode::kTitle, code)) {
      if (previous_cased) return false;
      previous_cased = any = true;
    } else if (unicode::is_in(unicode::kLower, code)) {
      if (!previous_cased) return false;
      any = true;
    } else {
      previous_cased = false;
    }
  }
  return any;
}

}  // namespace floe::dbt::str
