// str() and repr().
#include "value/bigint.hpp"
#include "value/operations.hpp"
#include "value/unicode.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {

std::string_view type_name(const Value& value) {
  switch (value.kind()) {
    case Kind::kMissing:
      return "MissingType";
    case Kind::kNone:
      return "NoneType";
    case Kind::kBool:
      return "bool";
    case Kind::kInt:
    case Kind::kBigInt:
      return "int";
    case Kind::kFloat:
      return "float";
    case Kind::kString:
      return "str";
    case Kind::kBytes:
      return "bytes";
    case Kind::kList:
      return "list";
    case Kind::kTuple:
      return "tuple";
    case Kind::kDict:
      return "dict";
    case Kind::kSet:
      return "set";
    case Kind::kRange:
      return "range";
    case Kind::kUndefined:
      return value.undefined_object()->policy() == UndefinedPolicy::kStrict ? "StrictUndefined" : "Undefined";
    case Kind::kObject:
      return value.object()->type_name();
  }
  return "object";
}

std::string float_repr(double value) { return text::python_float(value); }

namespace {

// Containers whose repr is being written, so that one that holds itself prints as `[...]`.
class ReprGuard {
 public:
  explicit ReprGuard(const Counted* container) {
    if (open().size() > 300) {
      raise(ExceptionKind::kRecursionError, "maximum recursion depth exceeded while getting the repr of an object");
    }
    nested_ = std::find(open().begin(), open().end(), container) != open().end();
    open().push_back(container);
  }

  ReprGuard(const ReprGuard&) = delete;
  ReprGuard& operator=(const ReprGuard&) = delete;

  ~ReprGuard() { open().pop_back(); }

  [[nodiscard]] bool is_nested() const { return nested_; }

 private:
  static std::vector<const Counted*>& open() {
    static thread_local std::vector<const Counted*> containers;
    return containers;
  }

  bool nested_;
};

void append_items(std::string* out, const std::vector<Value>& items) {
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (index != 0) *out += ", ";
    append_repr(out, Value(items[index]));
  }
}

void append_list(std::string* out, const Value& value) {
  ReprGuard guard(value.counted());
  if (guard.is_nested()) {
    *out += "[...]";
    return;
  }
  *out += '[';
  append_items(out, value.list_object()->items);
  *out += ']';
}

void append_tuple(std::string* out, const Value& value) {
  ReprGuard guard(value.counted());
  if (guard.is_nested()) {
    *out += "(...)";
    return;
  }
  *out += '(';
  const std::vector<Value>& items = value.tuple_object()->items;
  append_items(out, items);
  *out += items.size() == 1 ? ",)" : ")";
}

void append_dict(std::string* out, const Value& value) {
  ReprGuard guard(value.counted());
  if (guard.is_nested()) {
    *out += "{...}";
    return;
  }
  *out += '{';
  bool first = true;
  for (std::size_t position = 0; const DictObject::Entry* entry = value.dict_object()->next(&position);) {
    if (!first) *out += ", ";
    first = false;
    append_repr(out, Value(entry->key));
    *out += ": ";
    append_repr(out, Value(entry->value));
  }
  *out += '}';
}

void append_set(std::string* out, const Value& value) {
  if (value.set_object()->size() == 0) {
    *out += "set()";
    return;
  }
  ReprGuard guard(value.counted());
  *out += '{';
  bool first = true;
  for (std::size_t position = 0; const DictObject::Entry* entry = value.set_object()->table.next(&position);) {
    if (!first) *out += ", ";
    first = false;
    append_repr(out, Value(entry->key));
  }
  *out += '}';
}

void append_bytes(std::string* out, std::string_view data) {
  char quote = data.find('\'') != std::string_view::npos && data.find('"') == std::string_view::npos ? '"' : '\'';
  *out += 'b';
  *out += quote;
  for (char byte : data) {
    auto code = static_cast<unsigned char>(byte);
    if (byte == quote || byte == '\\') {
      *out += '\\';
      *out += byte;
    } else if (byte == '\n') {
      *out += "\\n";
    } else if (byte == '\r') {
      *out += "\\r";
    } else if (byte == '\t') {
      *out += "\\t";
    } else if (code < 0x20 || code >= 0x7f) {
      fmt::format_to(std::back_inserter(*out), "\\x{:02x}", code);
    } else {
      *out += byte;
    }
  }
  *out += quote;
}

void append_bigint(std::string* out, const BigInt& value) {
  std::string digits = value.to_string();
  if (digits.size() > 4300) {
    raise(ExceptionKind::kValueError,
          "Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to "
          "increase the limit");
  }
  *out += digits;
}

void append_range(std::string* out, const RangeObject& range) {
  if (range.step == 1) {
    fmt::format_to(std::back_inserter(*out), "range({}, {})", range.start, range.stop);
  } else {
    fmt::format_to(std::back_inserter(*out), "range({}, {}, {})", range.start, range.stop, range.step);
  }
}

}  // namespace

void append_repr(std::string* out, std::string_view text) {
  char quote = text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos ? '"' : '\'';
  *out += quote;
  for (std::size_t position = 0; position < text.size();) {
    char byte = text[position];
    if (static_cast<unsigned char>(byte) >= 0x20 && static_cast<unsigned char>(byte) < 0x7f) {
      if (byte == quote || byte == '\\') *out += '\\';
      *out += byte;
      ++position;
      continue;
    }
    std::size_t start = position;
    char32_t code = unicode::decode(text, &position);
    if (code == '\n') {
      *out += "\\n";
    } else if (code == '\r') {
      *out += "\\r";
    } else if (code == '\t') {
      *out += "\\t";
    } else if (unicode::is_printable(code)) {
      out->append(text.substr(start, position - start));
    } else if (code < 0x100) {
      fmt::format_to(std::back_inserter(*out), "\\x{:02x}", static_cast<std::uint32_t>(code));
    } else if (code < 0x10000) {
      fmt::format_to(std::back_inserter(*out), "\\u{:04x}", static_cast<std::uint32_t>(code));
    } else {
      fmt::format_to(std::back_inserter(*out), "\\U{:08x}", static_cast<std::uint32_t>(code));
    }
  }
  *out += quote;
}

void append_repr(std::string* out, const Value& value) {
  Meter::step();
  Meter::grow_text(out->size());
  switch (value.kind()) {
    case Kind::kString:
      append_repr(out, std::string_view(value.as_string()));
      return;
    case Kind::kList:
      append_list(out, value);
      return;
    case Kind::kTuple:
      append_tuple(out, value);
      return;
    case Kind::kDict:
      append_dict(out, value);
      return;
    case Kind::kSet:
      append_set(out, value);
      return;
    case Kind::kUndefined:
      *out += type_name(value);
      return;
    case Kind::kObject:
      *out += value.object()->repr();
      return;
    default:
      append_str(out, value);
      return;
  }
}

void append_str(std::string* out, const Value& value) {
  switch (value.kind()) {
    case Kind::kMissing:
      *out += "missing";
      return;
    case Kind::kNone:
      *out += "None";
      return;
    case Kind::kBool:
      *out += value.as_bool() ? "True" : "False";
      return;
    case Kind::kInt: {
      fmt::format_int digits(value.as_int());
      out->append(digits.data(), digits.size());
      return;
    }
    case Kind::kFloat:
      *out += float_repr(value.as_float());
      return;
    case Kind::kBigInt:
      append_bigint(out, *value.bigint());
      return;
    case Kind::kString:
      *out += value.as_string();
      return;
    case Kind::kBytes:
      append_bytes(out, value.bytes()->data);
      return;
    case Kind::kRange:
      append_range(out, *value.range_object());
      return;
    case Kind::kUndefined:
      if (value.undefined_object()->policy() == UndefinedPolicy::kStrict) value.undefined_object()->fail();
      return;
    case Kind::kObject:
      *out += value.object()->str();
      return;
    default:
      append_repr(out, value);
      return;
  }
}

std::string to_str(const Value& value) {
  if (value.is_string()) return value.as_string();
  std::string out;
  append_str(&out, value);
  return out;
}

std::string to_repr(const Value& value) {
  std::string out;
  append_repr(&out, value);
  return out;
}

Value str_value(const Value& value) {
  return value.is_string() && value.string()->marker() == 0 ? value : Value(to_str(value));
}

}  // namespace floe::dbt
