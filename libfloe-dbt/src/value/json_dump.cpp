// json.dumps.
#include "value/json.hpp"
#include "value/operations.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace floe::dbt {

namespace {

class JsonWriter {
 public:
  explicit JsonWriter(const JsonStyle& style) : style_(style) {
    item_separator_ = style.item_separator.empty() ? (style.indent ? "," : ", ") : style.item_separator;
    key_separator_ = style.key_separator.empty() ? ": " : style.key_separator;
  }

  std::string run(const Value& value) {
    write(value, 0);
    return std::move(out_);
  }

 private:
  void write(const Value& value, int level) {
    switch (value.kind()) {
      case Kind::kNone:
        out_ += "null";
        return;
      case Kind::kBool:
        out_ += value.as_bool() ? "true" : "false";
        return;
      case Kind::kInt:
      case Kind::kBigInt:
        append_str(&out_, value);
        return;
      case Kind::kFloat:
        write_float(value.as_float());
        return;
      case Kind::kString:
        write_text(value.as_string());
        return;
      case Kind::kList:
        write_list(value.list_object()->items, value.counted(), level);
        return;
      case Kind::kTuple:
        write_list(value.tuple_object()->items, value.counted(), level);
        return;
      case Kind::kDict:
        write_dict(value, level);
        return;
      case Kind::kObject:
        if (auto plain = value.object()->to_json()) {
          write(*plain, level);
          return;
        }
        break;
      default:
        break;
    }
    raise(ExceptionKind::kTypeError, fmt::format("Object of type {} is not JSON serializable", type_name(value)));
  }

  void write_float(double value) {
    if (std::isnan(value)) {
      out_ += "NaN";
    } else if (std::isinf(value)) {
      out_ += value > 0 ? "Infinity" : "-Infinity";
    } else {
      out_ += float_repr(value);
    }
  }

  void write_text(std::string_view text) {
    out_ += '"';
    for (std::size_t position = 0; position < text.size();) {
      std::size_t start = position;
      auto code = static_cast<std::uint32_t>(unicode::decode(text, &position));
      switch (code) {
        case '"':
          out_ += "\\\"";
          continue;
        case '\\':
          out_ += "\\\\";
          continue;
        case '\n':
          out_ += "\\n";
          continue;
        case '\r':
          out_ += "\\r";
          continue;
        case '\t':
          out_ += "\\t";
          continue;
        case '\f':
          out_ += "\\f";
          continue;
        case '\b':
          out_ += "\\b";
          continue;
        default:
          break;
      }
      bool escape = code < 0x20 || (style_.ensure_ascii && code > 0x7e);
      if (!escape) {
        out_ += text.substr(start, position - start);
      } else if (code < 0x10000) {
        fmt::format_to(std::back_inserter(out_), "\\u{:04x}", code);
      } else {
        code -= 0x10000;
        fmt::format_to(std::back_inserter(out_), "\\u{:04x}\\u{:04x}", 0xd800 | (code >> 10), 0xdc00 | (code & 0x3ff));
      }
    }
    out_ += '"';
  }

  void new_line(int level) {
    Meter::step();
    Meter::grow_text(out_.size());
    if (!style_.indent) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(std::max(*style_.indent, 0)) * static_cast<std::size_t>(level), ' ');
  }

  void open(const Counted* container) {
    if (std::find(open_.begin(), open_.end(), container) != open_.end()) {
      raise(ExceptionKind::kValueError, "Circular reference detected");
    }
    if (open_.size() > 900) raise(ExceptionKind::kRecursionError, "maximum recursion depth exceeded");
    open_.push_back(container);
  }

  void write_list(const std::vector<Value>& items, const Counted* container, int level) {
    if (items.empty()) {
      out_ += "[]";
      return;
    }
    open(container);
    out_ += '[';
    for (std::size_t index = 0; index < items.size(); ++index) {
      if (index != 0) out_ += item_separator_;
      new_line(level + 1);
      write(items[index], level + 1);
    }
    new_line(level);
    out_ += ']';
    open_.pop_back();
  }

  void write_key(const Value& key) {
    switch (key.kind()) {
      case Kind::kString:
        write_text(key.as_string());
        return;
      case Kind::kNone:
      case Kind::kBool:
      case Kind::kInt:
      case Kind::kBigInt:
      case Kind::kFloat:
        out_ += '"';
        write(key, 0);
        out_ += '"';
        return;
      default:
        raise(ExceptionKind::kTypeError,
              fmt::format("keys must be str, int, float, bool or None, not {}", type_name(key)));
    }
  }

  void write_dict(const Value& value, int level) {
    std::vector<std::pair<Value, Value>> items;
    for (std::size_t at = 0; const DictObject::Entry* entry = value.dict_object()->next(&at);) {
      items.emplace_back(entry->key, entry->value);
    }
    if (items.empty()) {
      out_ += "{}";
      return;
    }
    if (style_.sort_keys) {
      std::stable_sort(items.begin(), items.end(),
                       [](const auto& left, const auto& right) { return less(left.first, right.first); });
    }
    open(value.counted());
    out_ += '{';
    for (std::size_t index = 0; index < items.size(); ++index) {
      if (index != 0) out_ += item_separator_;
      new_line(level + 1);
      write_key(items[index].first);
      out_ += key_separator_;
      write(items[index].second, level + 1);
    }
    new_line(level);
    out_ += '}';
    open_.pop_back();
  }

  const JsonStyle& style_;
  std::string_view item_separator_;
  std::string_view key_separator_;
  std::vector<const Counted*> open_;
  std::string out_;
};

}  // namespace

std::string dump_json(const Value& value, const JsonStyle& style) { return JsonWriter(style).run(value); }

}  // namespace floe::dbt
