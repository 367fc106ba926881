// Filters on text.
#include "jinja/filter_functions.hpp"
#include "value/json.hpp"
#include "value/str_methods.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace floe::dbt::filter {

namespace {

std::string text_of(const Value& value) { return to_str(value); }

// len(x) for what Python's filters ask it of.
void require_str(const Value& value, std::string_view attribute) {
  if (value.is_undefined()) value.undefined_object()->fail();
  if (value.kind() == Kind::kBytes) {
    raise(ExceptionKind::kTypeError, "a text is required, not bytes");  // Python's words vary by the method
  }
  if (!value.is_string()) {
    raise(ExceptionKind::kAttributeError,
          fmt::format("'{}' object has no attribute '{}'", type_name(value), attribute));
  }
}

std::int64_t require_int(const Value& value) {
  if (auto index = as_index(value)) return *index;
  raise(ExceptionKind::kTypeError, fmt::format("'{}' object cannot be interpreted as an integer", type_name(value)));
}

bool is_word(char32_t code) { return code == '_' || unicode::is_alnum(code); }

std::string quote_url(const Value& value, bool for_query) {
  std::string text = value.kind() == Kind::kBytes ? value.bytes()->data : text_of(value);
  std::string out;
  for (char byte : text) {
    auto code = static_cast<unsigned char>(byte);
    if (std::isalnum(code) != 0 || std::string_view("_.-~").find(byte) != std::string_view::npos ||
        (byte == '/' && !for_query)) {
      out += byte;
    } else if (byte == ' ' && for_query) {
      out += '+';
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", code);
    }
  }
  return out;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char byte : text) {
    switch (byte) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '"':
        out += "&#34;";
        break;
      default:
        out += byte;
    }
  }
  return out;
}

Value escape(Arguments& arguments) { return escape_html(text_of(Bound<1>("escape", arguments, {"s"}, 1)[0])); }

Value string(Arguments& arguments) {
  Bound<1> bound("soft_str", arguments, {"s"}, 1);
  return bound[0].is_string() ? bound[0] : str_value(bound[0]);
}

Value upper(Arguments& arguments) { return unicode::to_upper(text_of(Bound<1>("do_upper", arguments, {"s"}, 1)[0])); }

Value lower(Arguments& arguments) { return unicode::to_lower(text_of(Bound<1>("do_lower", arguments, {"s"}, 1)[0])); }

Value capitalize(Arguments& arguments) {
  return unicode::to_capital(text_of(Bound<1>("do_capitalize", arguments, {"s"}, 1)[0]));
}

// Every part between spaces, hyphens and opening brackets begins with a capital.
Value title(Arguments& arguments) {
  std::string text = text_of(Bound<1>("do_title", arguments, {"s"}, 1)[0]);
  std::string out;
  std::string part;
  auto flush = [&] {
    if (part.empty()) return;
    std::size_t after = 0;
    unicode::decode(part, &after);
    out += unicode::to_upper(std::string_view(part).substr(0, after));
    out += unicode::to_lower(std::string_view(part).substr(after));
    part.clear();
  };
  for (std::size_t position = 0; position < text.size();) {
    std::size_t start = position;
    char32_t code = unicode::decode(text, &position);
    bool separator = unicode::is_space(code) || code == '-' || code == '(' || code == '{' || code == '[' || code == '<';
    if (separator) {
      flush();
      out += text.substr(start, position - start);
    } else {
      part += text.substr(start, position - start);
    }
  }
  flush();
  return out;
}

Value trim(Arguments& arguments) {
  Bound<2> bound("do_trim", arguments, {"value", "chars"}, 1);
  Value text(text_of(bound[0]));
  std::vector<Value> positional;
  if (bound.has(1)) positional.push_back(bound[1]);
  Arguments inner{arguments.machine, positional, {}};
  return call_method(text, intern("strip"), inner);
}

Value replace(Arguments& arguments) {
  Bound<4> bound("do_replace", arguments, {"s", "old", "new", "count"}, 3);
  std::int64_t count = bound.has(3) && !bound[3].is_none() ? require_int(bound[3]) : -1;
  return str::replace_text(text_of(bound[0]), text_of(bound[1]), text_of(bound[2]), count);
}

Value center(Arguments& arguments) {
  Bound<2> bound("do_center", arguments, {"value", "width"}, 1);
  std::int64_t width = bound.has(1) ? require_int(bound[1]) : 80;
  if (width > (std::int64_t{1} << 28)) raise(ExceptionKind::kOverflowError, "the centered text is too long");
  return str::center_text(text_of(bound[0]), width, " ");
}

Value format(Arguments& arguments) {
  if (arguments.positional.size() > 1 && !arguments.named.empty()) {
    raise(ExceptionKind::kFilterArgument, "can't handle positional and keyword arguments at the same time");
  }
  Value text = str_value(arguments.positional[0]);
  if (arguments.named.empty()) {
    return format_percent(*text.string(), Value::tuple({arguments.positional.begin() + 1, arguments.positional.end()}));
  }
  Value values = Value::dict();
  for (const NamedValue& named : arguments.named)
    values.dict_object()->set(named.name, named.value);
  return format_percent(*text.string(), values);
}

Value indent(Arguments& arguments) {
  Bound<4> bound("do_indent", arguments, {"s", "width", "first", "blank"}, 1);
  std::string indention = "    ";
  if (bound.has(1)) {
    indention = bound[1].is_string() ? bound[1].as_string() : std::string();
    if (!bound[1].is_string()) {
      std::int64_t width = as_index(bound[1]) ? *as_index(bound[1]) : -1;
      if (!as_index(bound[1])) {
        if (bound[1].is_undefined()) bound[1].undefined_object()->fail();
        raise(ExceptionKind::kTypeError,
              fmt::format("can't multiply sequence by non-int of type '{}'", type_name(bound[1])));
      }
      if (width > 1 << 20) raise(ExceptionKind::kOverflowError, "the indentation is too wide");
      indention.assign(static_cast<std::size_t>(std::max<std::int64_t>(width, 0)), ' ');
    }
  }
  if (bound[0].is_list()) require_str(bound[0], "splitlines");  // a list takes `+=` and fails one step later
  Value text = binary(BinaryOperator::kAdd, bound[0], Value("\n"));
  require_str(text, "splitlines");
  std::vector<Value> lines = str::split_lines(text.as_string(), false);
  bool blank = bound.flag(3);
  std::string out = bound.flag(2) ? indention : "";
  for (std::size_t index = 0; index < lines.size(); ++index) {
    if (index != 0) {
      out += '\n';
      if (blank || !lines[index].as_string().empty()) out += indention;
      Meter::grow_text(out.size());
    }
    out += lines[index].as_string();
  }
  return out;
}

Value truncate(Arguments& arguments) {
  Bound<5> bound("do_truncate", arguments, {"s", "length", "killwords", "end", "leeway"}, 1);
  Value limit = bound.get(1, Value(255));
  Value end = bound.get(3, Value("..."));
  Value leeway = bound.has(4) && !bound[4].is_none() ? bound[4] : Value(5);
  auto end_length = static_cast<std::int64_t>(require_length(end));
  if (!compare(Comparison::kGreaterEqual, limit, Value(end_length))) {
    raise(ExceptionKind::kValueError, fmt::format("expected length >= {}, got {}", end_length, to_str(limit)));
  }
  if (!compare(Comparison::kGreaterEqual, leeway, Value(0))) {
    raise(ExceptionKind::kValueError, fmt::format("expected leeway >= 0, got {}", to_str(leeway)));
  }
  auto size = static_cast<std::int64_t>(require_length(bound[0]));
  if (compare(Comparison::kLessEqual, Value(size), binary(BinaryOperator::kAdd, limit, leeway))) return bound[0];
  Value stop = binary(BinaryOperator::kSubtract, limit, Value(end_length));
  Value kept = dbt::slice(bound[0], Value(), stop, Value());
  if (!bound.flag(2)) {
    require_str(kept, "rsplit");
    std::string_view text = kept.as_string();
    std::size_t space = text.rfind(' ');
    kept = Value(space == std::string_view::npos ? text : text.substr(0, space));
  }
  return binary(BinaryOperator::kAdd, kept, end);
}

Value wordcount(Arguments& arguments) {
  std::string text = text_of(Bound<1>("do_wordcount", arguments, {"s"}, 1)[0]);
  std::int64_t words = 0;
  bool inside = false;
  for (std::size_t position = 0; position < text.size();) {
    bool word = is_word(unicode::decode(text, &position));
    if (word && !inside) ++words;
    inside = word;
  }
  return words;
}

Value wordwrap(Arguments& arguments) {
  Bound<5> bound("do_wordwrap", arguments, {"s", "width", "break_long_words", "wrapstring", "break_on_hyphens"}, 1);
  std::int64_t width = bound.has(1) ? require_int(bound[1]) : 79;
  bool break_long = !bound.has(2) || truth(bound[2]);
  bool hyphens = !bound.has(4) || truth(bound[4]);
  std::string glue = bound.has(3) && !bound[3].is_none() ? text_of(bound[3]) : "\n";
  if (bound[0].kind() == Kind::kBytes && bound[0].bytes()->data.empty()) return "";
  std::string out;
  bool first_line = true;
  require_str(bound[0], "splitlines");
  for (const Value& line : str::split_lines(bound[0].as_string(), false)) {
    if (!first_line) out += glue;
    first_line = false;
    bool first_part = true;
    for (const std::string& part : wrap_text(line.as_string(), width, break_long, hyphens)) {
      if (!first_part) out += glue;
      first_part = false;
      Meter::grow_text(out.size());
      out += part;
    }
  }
  return out;
}

// Tags and comments go, white space becomes single spaces, and the common entities become characters.
Value striptags(Arguments& arguments) {
  std::string text = text_of(Bound<1>("do_striptags", arguments, {"value"}, 1)[0]);
  auto cut = [&text](std::string_view open, std::string_view close) {
    std::size_t start = 0;
    while ((start = text.find(open, start)) != std::string::npos) {
      std::size_t end = text.find(close, start);
      if (end == std::string::npos) break;
      text.erase(start, end + close.size() - start);
    }
  };
  cut("<!--", "-->");
  cut("<", ">");
  Value words(std::move(text));
  Arguments none{arguments.machine, {}, {}};
  Value parts = call_method(words, intern("split"), none);
  std::string joined;
  for (const Value& word : parts.list_object()->items) {
    joined += (joined.empty() ? "" : " ") + word.as_string();
  }
  static constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
      {"&lt;", "<"},    {"&gt;", ">"},          {"&#39;", "'"}, {"&#34;", "\""},
      {"&quot;", "\""}, {"&nbsp;", "\xc2\xa0"}, {"&amp;", "&"}};
  for (const auto& [entity, character] : kEntities)
    joined = str::replace_text(joined, entity, character, -1);
  return joined;
}

Value urlencode(Arguments& arguments) {
  Bound<1> bound("do_urlencode", arguments, {"value"}, 1);
  const Value& value = bound[0];
  if (value.is_string() || !is_iterable(value)) return quote_url(value, false);
  std::string out;
  std::vector<Value> pairs;
  if (value.is_dict()) {
    for (std::size_t at = 0; const DictObject::Entry* entry = value.dict_object()->next(&at);) {
      pairs.push_back(Value::tuple({entry->key, entry->value}));
    }
  } else {
    pairs = to_vector(value);
  }
  for (const Value& pair : pairs) {
    if (!is_iterable(pair)) {
      raise(ExceptionKind::kTypeError, fmt::format("cannot unpack non-iterable {} object", type_name(pair)));
    }
    std::vector<Value> parts = to_vector(pair);
    if (parts.size() != 2) raise(ExceptionKind::kValueError, "expected pairs");
    if (!out.empty()) out += '&';
    out += quote_url(parts[0], true) + '=' + quote_url(parts[1], true);
  }
  return out;
}

Value urlize(Arguments& arguments) {
  Bound<6> bound("do_urlize", arguments, {"value", "trim_url_limit", "nofollow", "target", "rel", "extra_schemes"}, 1);
  std::vector<std::string> rel = {"noopener"};
  if (bound.flag(2)) rel.emplace_back("nofollow");
  if (bound.has(4) && truth(bound[4])) {
    Arguments none{arguments.machine, {}, {}};
    Value parts = call_method(bound[4], intern("split"), none);
    for (const Value& part : parts.list_object()->items) {
      rel.push_back(part.as_string());
    }
  }
  std::sort(rel.begin(), rel.end());
  rel.erase(std::unique(rel.begin(), rel.end()), rel.end());
  std::string joined;
  for (const std::string& part : rel)
    joined += (joined.empty() ? "" : " ") + part;
  std::vector<std::string> schemes;
  if (bound.has(5) && !bound[5].is_none()) {
    for (const Value& scheme : to_vector(bound[5]))
      schemes.push_back(text_of(scheme));
  }
  std::int64_t limit = bound.has(1) && !bound[1].is_none() ? require_int(bound[1]) : -1;
  std::string target = bound.has(3) && !bound[3].is_none() ? text_of(bound[3]) : "";
  return urlize_text(text_of(bound[0]), limit, joined, target, schemes);
}

Value xmlattr(Arguments& arguments) {
  Bound<2> bound("do_xmlattr", arguments, {"d", "autospace"}, 1);
  const Value& map = bound[0];
  if (map.is_undefined()) map.undefined_object()->fail();
  if (!map.is_dict()) {
    raise(ExceptionKind::kAttributeError, fmt::format("'{}' object has no attribute 'items'", type_name(map)));
  }
  std::string out;
  for (std::size_t at = 0; const DictObject::Entry* entry = map.dict_object()->next(&at);) {
    if (entry->value.is_none() || entry->value.is_undefined()) continue;
    if (!entry->key.is_string()) raise(ExceptionKind::kTypeError, "expected string or bytes-like object");
    const std::string& key = entry->key.as_string();
    if (key.find_first_of(" \t\n\r\f\v/>=") != std::string::npos) {
      raise(ExceptionKind::kValueError, "Invalid character in attribute name: " + to_repr(entry->key));
    }
    if (!out.empty()) out += ' ';
    out += escape_html(key) + "=\"" + escape_html(text_of(entry->value)) + '"';
  }
  if (!out.empty() && (!bound.has(1) || truth(bound[1]))) out.insert(0, " ");
  return out;
}

Value tojson(Arguments& arguments) {
  Bound<2> bound("do_tojson", arguments, {"value", "indent"}, 1);
  JsonStyle style;
  style.sort_keys = true;
  if (bound.has(1) && !bound[1].is_none()) style.indent = static_cast<int>(require_int(bound[1]));
  std::string out;
  for (char byte : dump_json(bound[0], style)) {
    switch (byte) {
      case '<':
        out += "\\u003c";
        break;
      case '>':
        out += "\\u003e";
        break;
      case '&':
        out += "\\u0026";
        break;
      case '\'':
        out += "\\u0027";
        break;
      default:
        out += byte;
    }
  }
  return out;
}

Value pprint(Arguments& arguments) { return pretty(Bound<1>("do_pprint", arguments, {"value"}, 1)[0]); }

}  // namespace floe::dbt::filter
