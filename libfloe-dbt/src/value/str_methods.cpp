// The methods of str: case, searching, splitting. Tests and padding are in str_predicates.cpp.
#include "value/str_methods.hpp"

#include "value/method_arguments.hpp"
#include "value/methods.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace floe::dbt::str {

namespace {

std::string_view view(const Value& self) { return self.as_string(); }

Value upper(const Value& self, Arguments& arguments) {
  expect_count("str.upper", arguments, 0, 0);
  return unicode::to_upper(view(self));
}

Value lower(const Value& self, Arguments& arguments) {
  expect_count("str.lower", arguments, 0, 0);
  return unicode::to_lower(view(self));
}

Value title(const Value& self, Arguments& arguments) {
  expect_count("str.title", arguments, 0, 0);
  return unicode::to_title(view(self));
}

Value capitalize(const Value& self, Arguments& arguments) {
  expect_count("str.capitalize", arguments, 0, 0);
  return unicode::to_capital(view(self));
}

Value swapcase(const Value& self, Arguments& arguments) {
  expect_count("str.swapcase", arguments, 0, 0);
  return unicode::swap_case(view(self));
}

Value casefold(const Value& self, Arguments& arguments) {
  expect_count("str.casefold", arguments, 0, 0);
  return unicode::case_fold(view(self));
}

std::string_view strip_characters(std::string_view text, std::u32string_view set, bool left, bool right) {
  std::size_t first = 0;
  while (left && first < text.size()) {
    std::size_t next = first;
    if (set.find(unicode::decode(text, &next)) == std::u32string_view::npos) break;
    first = next;
  }
  std::size_t last = text.size();
  while (right && last > first) {
    std::size_t start = last - 1;
    while (start > first && (static_cast<unsigned char>(text[start]) & 0xc0U) == 0x80U)
      --start;
    std::size_t position = start;
    if (set.find(unicode::decode(text, &position)) == std::u32string_view::npos) break;
    last = start;
  }
  return text.substr(first, last - first);
}

Value strip_with(std::string_view name, const Value& self, Arguments& arguments, bool left, bool right) {
  expect_count(name, arguments, 0, 1);
  std::string_view stripped;
  if (arguments.positional.empty() || arguments.positional[0].is_none()) {
    stripped = unicode::strip(view(self), left, right);
  } else {
    const Value& set = arguments.positional[0];
    if (!set.is_string()) {
      raise(ExceptionKind::kTypeError,
            fmt::format("{} arg must be None or str, not {}", name.substr(4), type_name(set)));
    }
    stripped = strip_characters(view(self), unicode::to_utf32(set.as_string()), left, right);
  }
  return stripped.size() == view(self).size() ? self : Value(stripped);
}

Value strip(const Value& self, Arguments& arguments) { return strip_with("str.strip", self, arguments, true, true); }

Value lstrip(const Value& self, Arguments& arguments) { return strip_with("str.lstrip", self, arguments, true, false); }

Value rstrip(const Value& self, Arguments& arguments) { return strip_with("str.rstrip", self, arguments, false, true); }

struct Splitting {
  std::string_view separator;  // empty: white space
  std::int64_t limit = -1;
};

Splitting split_arguments(std::string_view name, const Arguments& arguments) {
  Value bound[2];
  bind_arguments(name, arguments, {"sep", "maxsplit"}, 0, bound);
  Splitting result;
  if (!bound[0].is_missing() && !bound[0].is_none()) {
    result.separator = expect_string(bound[0], "must be str or None,");
    if (result.separator.empty()) raise(ExceptionKind::kValueError, "empty separator");
  }
  if (!bound[1].is_missing()) result.limit = expect_index(bound[1]);
  if (result.limit < 0) result.limit = std::numeric_limits<std::int64_t>::max();
  return result;
}

// Start of the white space character that ends at or covers `end`.
std::size_t previous_start(std::string_view text, std::size_t end) {
  std::size_t start = end - 1;
  while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xc0U) == 0x80U)
    --start;
  return start;
}

bool is_space_at(std::string_view text, std::size_t start, std::size_t* next) {
  *next = start;
  return unicode::is_space(unicode::decode(text, next));
}

std::vector<Value> split_space(std::string_view text, std::int64_t limit) {
  std::vector<Value> parts;
  text = unicode::strip(text, true, false);
  while (!text.empty()) {
    if (limit-- == 0) {
      parts.emplace_back(unicode::strip(text, false, true));
      break;
    }
    std::size_t end = 0;
    std::size_t next = 0;
    while (end < text.size() && !is_space_at(text, end, &next))
      end = next;
    parts.emplace_back(text.substr(0, end));
    text = unicode::strip(text.substr(end), true, false);
  }
  return parts;
}

std::vector<Value> rsplit_space(std::string_view text, std::int64_t limit) {
  std::vector<Value> parts;
  text = unicode::strip(text, false, true);
  while (!text.empty()) {
    if (limit-- == 0) {
      parts.emplace_back(unicode::strip(text, true, false));
      break;
    }
    std::size_t start = text.size();
    std::size_t next = 0;
    while (start > 0 && !is_space_at(text, previous_start(text, start), &next))
      start = previous_start(text, start);
    parts.emplace_back(text.substr(start));
    text = unicode::strip(text.substr(0, start), false, true);
  }
  std::reverse(parts.begin(), parts.end());
  return parts;
}

Value split(const Value& self, Arguments& arguments) {
  Splitting how = split_arguments("split", arguments);
  std::string_view text = view(self);
  if (how.separator.empty()) return Value::list(split_space(text, how.limit));
  std::vector<Value> parts;
  while (how.limit-- > 0) {
    std::size_t found = text.find(how.separator);
    if (found == std::string_view::npos) break;
    parts.emplace_back(text.substr(0, found));
    text.remove_prefix(found + how.separator.size());
  }
  parts.emplace_back(text);
  return Value::list(std::move(parts));
}

Value rsplit(const Value& self, Arguments& arguments) {
  Splitting how = split_arguments("rsplit", arguments);
  std::string_view text = view(self);
  if (how.separator.empty()) return Value::list(rsplit_space(text, how.limit));
  std::vector<Value> parts;
  while (how.limit-- > 0) {
    std::size_t found = text.rfind(how.separator);
    if (found == std::string_view::npos) break;
    parts.emplace_back(text.substr(found + how.separator.size()));
    text = text.substr(0, found);
  }
  parts.emplace_back(text);
  std::reverse(parts.begin(), parts.end());
  return Value::list(std::move(parts));
}

Value splitlines(const Value& self, Arguments& arguments) {
  Value bound[1];
  bind_arguments("splitlines", arguments, {"keepends"}, 0, bound);
  return Value::list(split_lines(view(self), !bound[0].is_missing() && truth(bound[0])));
}

Value partition(const Value& self, Arguments& arguments) {
  expect_count("str.partition", arguments, 1, 1);
  std::string_view separator = expect_string(arguments.positional[0], "must be");
  if (separator.empty()) raise(ExceptionKind::kValueError, "empty separator");
  std::size_t found = view(self).find(separator);
  if (found == std::string_view::npos) return Value::tuple({self, Value(""), Value("")});
  return Value::tuple({Value(view(self).substr(0, found)), arguments.positional[0],
                       Value(view(self).substr(found + separator.size()))});
}

Value rpartition(const Value& self, Arguments& arguments) {
  expect_count("str.rpartition", arguments, 1, 1);
  std::string_view separator = expect_string(arguments.positional[0], "must be");
  if (separator.empty()) raise(ExceptionKind::kValueError, "empty separator");
  std::size_t found = view(self).rfind(separator);
  if (found == std::string_view::npos) return Value::tuple({Value(""), Value(""), self});
  return Value::tuple({Value(view(self).substr(0, found)), arguments.positional[0],
                       Value(view(self).substr(found + separator.size()))});
}

Value join(const Value& self, Arguments& arguments) {
  expect_count("str.join", arguments, 1, 1);
  if (!is_iterable(arguments.positional[0])) raise(ExceptionKind::kTypeError, "can only join an iterable");
  std::vector<Value> items = to_vector(arguments.positional[0]);
  std::string out;
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (!items[index].is_string()) {
      raise(ExceptionKind::kTypeError,
            fmt::format("sequence item {}: expected str instance, {} found", index, type_name(items[index])));
    }
    if (index != 0) out += view(self);
    Meter::grow_text(out.size());
    out += items[index].as_string();
  }
  return out;
}

Value replace(const Value& self, Arguments& arguments) {
  expect_count("str.replace", arguments, 2, 3);
  auto text_argument = [&](std::size_t index) -> const std::string& {
    const Value& value = arguments.positional[index];
    if (!value.is_string()) {
      raise(ExceptionKind::kTypeError,
            fmt::format("replace() argument {} must be str, not {}", index + 1, type_name(value)));
    }
    return value.as_string();
  };
  const std::string& from = text_argument(0);
  const std::string& to = text_argument(1);
  std::int64_t limit = arguments.positional.size() > 2 ? expect_index(arguments.positional[2]) : -1;
  return replace_text(view(self), from, to, limit);
}

// The part of the text that the optional start and end arguments leave, in bytes.
struct Window {
  std::size_t first = 0;
  std::size_t last = 0;
  bool valid = true;
};

Window window(const Value& self, const Arguments& arguments, std::size_t first_argument) {
  auto length = static_cast<std::int64_t>(self.string()->length());
  auto bound = [&](std::size_t index, std::int64_t fallback) {
    if (index >= arguments.positional.size() || arguments.positional[index].is_none()) return fallback;
    std::int64_t at = expect_index(arguments.positional[index]);
    if (at < 0) at = std::max<std::int64_t>(at + length, 0);
    return at;
  };
  std::int64_t start = bound(first_argument, 0);
  std::int64_t stop = std::min(bound(first_argument + 1, length), length);
  Window result;
  result.valid = start <= stop;
  auto offset = [&](std::int64_t index) {
    auto at = static_cast<std::size_t>(std::max<std::int64_t>(index, 0));
    return self.string()->is_ascii() ? std::min(at, view(self).size()) : unicode::offset_of(view(self), at);
  };
  result.first = offset(start);
  result.last = offset(stop);
  return result;
}

std::int64_t locate(std::string_view name, const Value& self, Arguments& arguments, bool last) {
  expect_count(name, arguments, 1, 3);
  const std::string& needle = expect_string(arguments.positional[0], "must be");
  Window part = window(self, arguments, 1);
  if (!part.valid) return -1;
  std::string_view text = view(self).substr(part.first, part.last - part.first);
  std::size_t found = last ? text.rfind(needle) : text.find(needle);
  if (found == std::string_view::npos) return -1;
  return static_cast<std::int64_t>(unicode::count(view(self).substr(0, part.first + found)));
}

Value find(const Value& self, Arguments& arguments) { return locate("str.find", self, arguments, false); }

Value rfind(const Value& self, Arguments& arguments) { return locate("str.rfind", self, arguments, true); }

Value index(const Value& self, Arguments& arguments) {
  std::int64_t found = locate("str.index", self, arguments, false);
  if (found < 0) raise(ExceptionKind::kValueError, "substring not found");
  return found;
}

Value rindex(const Value& self, Arguments& arguments) {
  std::int64_t found = locate("str.rindex", self, arguments, true);
  if (found < 0) raise(ExceptionKind::kValueError, "substring not found");
  return found;
}

Value count(const Value& self, Arguments& arguments) {
  expect_count("str.count", arguments, 1, 3);
  const std::string& needle = expect_string(arguments.positional[0], "must be");
  Window part = window(self, arguments, 1);
  if (!part.valid) return 0;
  std::string_view text = view(self).substr(part.first, part.last - part.first);
  if (needle.empty()) return unicode::count(text) + 1;
  std::int64_t total = 0;
  for (std::size_t at = text.find(needle); at != std::string_view::npos; at = text.find(needle, at + needle.size())) {
    ++total;
  }
  return total;
}

bool affix_matches(const Value& self, const Window& part, const Value& affix, bool start) {
  if (!part.valid) return false;
  std::string_view text = view(self).substr(part.first, part.last - part.first);
  return start ? text.starts_with(affix.as_string()) : text.ends_with(affix.as_string());
}

Value affix_test(std::string_view name, const Value& self, Arguments& arguments, bool start) {
  expect_count(name, arguments, 1, 3);
  Window part = window(self, arguments, 1);
  const Value& affix = arguments.positional[0];
  if (affix.is_string()) return affix_matches(self, part, affix, start);
  if (affix.is_tuple()) {
    for (const Value& item : affix.tuple_object()->items) {
      if (!item.is_string()) {
        raise(ExceptionKind::kTypeError,
              fmt::format("tuple for {} must only contain str, not {}", name.substr(4), type_name(item)));
      }
      if (affix_matches(self, part, item, start)) return true;
    }
    return false;
  }
  raise(ExceptionKind::kTypeError,
        fmt::format("{} first arg must be str or a tuple of str, not {}", name.substr(4), type_name(affix)));
}

Value startswith(const Value& self, Arguments& arguments) {
  return affix_test("str.startswith", self, arguments, true);
}

Value endswith(const Value& self, Arguments& arguments) { return affix_test("str.endswith", self, arguments, false); }

Value removeprefix(const Value& self, Arguments& arguments) {
  expect_count("str.removeprefix", arguments, 1, 1);
  const std::string& affix = expect_string(arguments.positional[0], "removeprefix() argument");
  return view(self).starts_with(affix) ? Value(view(self).substr(affix.size())) : self;
}

Value removesuffix(const Value& self, Arguments& arguments) {
  expect_count("str.removesuffix", arguments, 1, 1);
  const std::string& affix = expect_string(arguments.positional[0], "removesuffix() argument");
  return view(self).ends_with(affix) ? Value(view(self).substr(0, view(self).size() - affix.size())) : self;
}

Value format(const Value& self, Arguments& arguments) { return format_braces(view(self), arguments); }

Value format_map(const Value& self, Arguments& arguments) {
  if (!arguments.named.empty()) raise(ExceptionKind::kTypeError, "format_map() takes no keyword arguments");
  if (arguments.positional.size() != 1) {
    raise(ExceptionKind::kTypeError,
          fmt::format("format_map() takes exactly one argument ({} given)", arguments.positional.size()));
  }
  std::vector<NamedValue> named;
  if (arguments.positional[0].is_dict()) {
    for (std::size_t at = 0; const DictObject::Entry* entry = arguments.positional[0].dict_object()->next(&at);) {
      if (entry->key.is_string()) named.push_back({entry->key, entry->value});
    }
  }
  return format_braces(view(self), Arguments{arguments.machine, {}, named});
}

Value encode(const Value& self, Arguments& /*arguments*/) {
  return Value(make_ref<BytesObject>(std::string(view(self))));
}

constexpr NamedMethod kMethods[] = {
    {"capitalize", capitalize},
    {"casefold", casefold},
    {"center", center},
    {"count", count},
    {"encode", encode},
    {"endswith", endswith},
    {"expandtabs", expandtabs},
    {"find", find},
    {"format", format},
    {"format_map", format_map},
    {"index", index},
    {"isalnum", isalnum},
    {"isalpha", isalpha},
    {"isascii", isascii},
    {"isdecimal", isdecimal},
    {"isdigit", isdigit},
    {"isidentifier", isidentifier},
    {"islower", islower},
    {"isnumeric", isnumeric},
    {"isprintable", isprintable},
    {"isspace", isspace},
    {"istitle", istitle},
    {"isupper", isupper},
    {"join", join},
    {"ljust", ljust},
    {"lower", lower},
    {"lstrip", lstrip},
    {"partition", partition},
    {"removeprefix", removeprefix},
    {"removesuffix", removesuffix},
    {"replace", replace},
    {"rfind", rfind},
    {"rindex", rindex},
    {"rjust", rjust},
    {"rpartition", rpartition},
    {"rsplit", rsplit},
    {"rstrip", rstrip},
    {"split", split},
    {"splitlines", splitlines},
    {"startswith", startswith},
    {"strip", strip},
    {"swapcase", swapcase},
    {"title", title},
    {"translate", translate},
    {"upper", upper},
    {"zfill", zfill},
};

}  // namespace

}  // namespace floe::dbt::str

namespace floe::dbt {

Method find_str_method(std::string_view name) { return find_method(str::kMethods, name); }

}  // namespace floe::dbt
