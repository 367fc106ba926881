// yaml.safe_dump(default_flow_style=False) in PyYAML's style.
#include "value/datetime.hpp"
#include "value/json.hpp"
#include "value/operations.hpp"
#include "value/unicode.hpp"

#include "base/yaml/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace floe::dbt {

namespace {

constexpr std::size_t kWidth = 80;

bool is_printable(char32_t code) {
  return code == '\n' || (code >= 0x20 && code <= 0x7e) || code == 0x85 || (code >= 0xa0 && code <= 0xd7ff) ||
         (code >= 0xe000 && code <= 0xfffd && code != 0xfeff) || (code >= 0x10000 && code < 0x10ffff);
}

// Whether a plain scalar would be read back as something other than text.
bool resolves_to_other(const std::string& text) {
  DiagnosticSink sink;
  yaml::ParseOptions options;
  options.resolver = yaml::Resolver::kPyYaml11;
  yaml::NodePtr node = yaml::parse("- " + text, options, sink);
  if (!node || node->items.size() != 1) return true;
  return node->items[0]->kind != yaml::Kind::kString || node->items[0]->text != text || text == "=" || text == "<<";
}

enum class Style : std::uint8_t { kPlain, kSingle, kDouble };

Style choose_style(const std::string& text, bool is_key) {
  if (text.empty()) return Style::kSingle;
  bool multiline = text.find('\n') != std::string::npos;
  bool special = false;
  bool indicators = false;
  bool space_break = false;
  bool ascii = true;
  for (std::size_t position = 0; position < text.size();) {
    char32_t code = unicode::decode(text, &position);
    if (!is_printable(code)) special = true;
    if (code >= 0x80) ascii = false;
  }
  if (special || !ascii) return Style::kDouble;
  static constexpr std::string_view kFirst = "#,[]{}&*!|>'\"%@`";
  char first = text[0];
  bool second_is_space = text.size() == 1 || text[1] == ' ' || text[1] == '\n';
  if (kFirst.find(first) != std::string_view::npos) indicators = true;
  if ((first == '?' || first == ':' || first == '-') && second_is_space) indicators = true;
  if (text.starts_with("---") || text.starts_with("...")) indicators = true;
  for (std::size_t index = 0; index < text.size(); ++index) {
    char each = text[index];
    bool before_space = index + 1 == text.size() || text[index + 1] == ' ' || text[index + 1] == '\n';
    if (each == ':' && before_space) indicators = true;
    if (each == '#' && index > 0 && (text[index - 1] == ' ' || text[index - 1] == '\n')) indicators = true;
    if (each == ' ' && index + 1 < text.size() && text[index + 1] == '\n') space_break = true;
  }
  bool edge = first == ' ' || first == '\n' || text.back() == ' ' || text.back() == '\n';
  if (!indicators && !edge && !multiline && !space_break && !resolves_to_other(text)) return Style::kPlain;
  if (space_break || (is_key && multiline)) return Style::kDouble;
  if (first == ' ' && multiline && text.find("\n ") != std::string::npos) return Style::kDouble;
  return Style::kSingle;
}

class YamlWriter {
 public:
  explicit YamlWriter(bool sort_keys) : sort_keys_(sort_keys) {}

  std::string run(const Value& value) {
    bool collection = is_collection(value) && require_length(value) != 0;
    write(value, 0, false, false);
    if (!collection && !value.is_string() && !is_collection(value)) out_ += "\n...";
    if (value.is_string() && plain_root_) out_ += "\n...";
    out_ += '\n';
    return std::move(out_);
  }

 private:
  static bool is_collection(const Value& value) {
    return value.is_list() || value.is_tuple() || value.is_dict() || value.is_set();
  }

  void new_line(std::size_t indent) {
    out_ += '\n';
    out_.append(indent, ' ');
  }

  [[nodiscard]] std::size_t column() const {
    std::size_t start = out_.rfind('\n');
    return unicode::count(std::string_view(out_).substr(start == std::string::npos ? 0 : start + 1));
  }

  // `inside_list`: directly behind `- `; `in_mapping`: the value of a key.
  void write(const Value& value, std::size_t indent, bool inside_list, bool in_mapping) {
    if (++depth_ > 200) raise(ExceptionKind::kRecursionError, "maximum recursion depth exceeded");
    Meter::step();
    Meter::grow_text(out_.size());
    switch (value.kind()) {
      case Kind::kList:
        write_list(value.list_object()->items, indent, inside_list, in_mapping);
        break;
      case Kind::kTuple:
        write_list(value.tuple_object()->items, indent, inside_list, in_mapping);
        break;
      case Kind::kDict:
        write_dict(value, indent, inside_list, in_mapping);
        break;
      default:
        write_scalar(value, indent);
        break;
    }
    --depth_;
  }

  void write_list(const std::vector<Value>& items, std::size_t indent, bool inside_list, bool in_mapping) {
    if (items.empty()) {
      out_ += (in_mapping || inside_list) ? " []" : "[]";
      return;
    }
    bool first = true;
    for (const Value& item : items) {
      if (first && inside_list) {
        out_ += ' ';
      } else if (!out_.empty()) {
        new_line(indent);
      }
      first = false;
      out_ += '-';
      write(item, indent + 2, true, false);
    }
  }

  void write_dict(const Value& value, std::size_t indent, bool inside_list, bool in_mapping) {
    std::vector<std::pair<Value, Value>> items;
    for (std::size_t at = 0; const DictObject::Entry* entry = value.dict_object()->next(&at);) {
      items.emplace_back(entry->key, entry->value);
    }
    if (items.empty()) {
      out_ += (in_mapping || inside_list) ? " {}" : "{}";
      return;
    }
    if (sort_keys_) {
      std::stable_sort(items.begin(), items.end(),
                       [](const auto& left, const auto& right) { return less(left.first, right.first); });
    }
    bool first = true;
    for (const auto& [key, item] : items) {
      if (first && inside_list) {
        out_ += ' ';
      } else if (!out_.empty()) {
        new_line(indent);
      }
      first = false;
      std::size_t length = out_.size();
      write_scalar(key, indent, true);
      if (out_.size() > length && out_[length] == ' ') out_.erase(length, 1);
      out_ += ':';
      // A list below a key stays at the key's own indentation.
      bool list = item.is_list() || item.is_tuple();
      write(item, list ? indent : indent + 2, false, true);
    }
  }

  void put(std::string_view text) {
    if (!out_.empty() && out_.back() != '\n' && column() != 0) out_ += ' ';
    out_ += text;
  }

  void write_scalar(const Value& value, std::size_t indent, bool is_key = false) {
    switch (value.kind()) {
      case Kind::kNone:
        put("null");
        return;
      case Kind::kBool:
        put(value.as_bool() ? "true" : "false");
        return;
      case Kind::kInt:
      case Kind::kBigInt:
        put(to_str(value));
        return;
      case Kind::kFloat:
        put(float_text(value.as_float()));
        return;
      case Kind::kString:
        write_text(value.as_string(), indent, is_key);
        return;
      default:
        break;
    }
    if (is_date(value) || is_datetime(value)) {
      put(to_str(value));
      return;
    }
    raise(ExceptionKind::kTypeError, fmt::format("cannot represent an object of type {}", type_name(value)));
  }

  static std::string float_text(double value) {
    if (std::isnan(value)) return ".nan";
    if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
    std::string text = float_repr(value);
    if (text.find('.') == std::string::npos && text.find('e') != std::string::npos) {
      text.insert(text.find('e'), ".0");
    }
    return text;
  }

  void write_text(const std::string& text, std::size_t indent, bool is_key) {
    Style style = choose_style(text, is_key);
    bool root = out_.empty();
    if (!root) out_ += ' ';
    switch (style) {
      case Style::kPlain:
        plain_root_ = root;
        write_folded(text, std::max<std::size_t>(indent, root ? 2 : indent), !is_key);
        return;
      case Style::kSingle:
        write_single(text, std::max<std::size_t>(indent, 2), !is_key);
        return;
      case Style::kDouble:
        write_double(text, std::max<std::size_t>(indent, 2), !is_key);
        return;
    }
  }

  // Words of one line, broken behind column 80 where a single space stands.
  void write_folded(const std::string& text, std::size_t indent, bool split) {
    std::size_t start = 0;
    while (start < text.size()) {
      std::size_t space = text.find(' ', start);
      std::size_t end = space == std::string::npos ? text.size() : space;
      out_ += text.substr(start, end - start);
      if (space == std::string::npos) return;
      std::size_t next = text.find_first_not_of(' ', space);
      if (next == std::string::npos) next = text.size();
      if (next - space == 1 && split && column() > kWidth) {
        new_line(indent);
      } else {
        out_.append(next - space, ' ');
      }
      start = next;
    }
  }

  void write_single(const std::string& text, std::size_t indent, bool split) {
    out_ += '\'';
    for (std::size_t index = 0; index < text.size();) {
      if (text[index] == '\n') {
        std::size_t end = text.find_first_not_of('\n', index);
        if (end == std::string::npos) end = text.size();
        out_ += '\n';
        out_.append(end - index, '\n');
        out_.append(indent, ' ');
        index = end;
      } else if (text[index] == ' ') {
        std::size_t end = text.find_first_not_of(' ', index);
        if (end == std::string::npos) end = text.size();
        bool inner = index != 0 && end != text.size();
        if (end - index == 1 && split && inner && column() > kWidth) {
          new_line(indent);
        } else {
          out_.append(end - index, ' ');
        }
        index = end;
      } else {
        if (text[index] == '\'') out_ += '\'';
        out_ += text[index++];
      }
    }
    out_ += '\'';
  }

  void write_double(const std::string& text, std::size_t indent, bool split) {
    out_ += '"';
    for (std::size_t position = 0; position < text.size();) {
      std::size_t start = position;
      char32_t code = unicode::decode(text, &position);
      if (code == ' ' && split && start > 0 && position < text.size() && column() > kWidth) {
        out_ += '\\';
        new_line(indent);
        if (text[start + 1] == ' ') out_ += '\\';
        if (text[start + 1] != ' ') continue;
      }
      append_escaped(code);
    }
    out_ += '"';
  }

  void append_escaped(char32_t code) {
    switch (code) {
      case 0:
        out_ += "\\0";
        return;
      case 7:
        out_ += "\\a";
        return;
      case 8:
        out_ += "\\b";
        return;
      case 9:
        out_ += "\\t";
        return;
      case 10:
        out_ += "\\n";
        return;
      case 11:
        out_ += "\\v";
        return;
      case 12:
        out_ += "\\f";
        return;
      case 13:
        out_ += "\\r";
        return;
      case 27:
        out_ += "\\e";
        return;
      case '"':
        out_ += "\\\"";
        return;
      case '\\':
        out_ += "\\\\";
        return;
      case 0x85:
        out_ += "\\N";
        return;
      case 0xa0:
        out_ += "\\_";
        return;
      case 0x2028:
        out_ += "\\L";
        return;
      case 0x2029:
        out_ += "\\P";
        return;
      default:
        break;
    }
    auto number = static_cast<std::uint32_t>(code);
    if (code >= 0x20 && code < 0x7f) {
      out_ += static_cast<char>(code);
    } else if (code < 0x100) {
      fmt::format_to(std::back_inserter(out_), "\\x{:02X}", number);
    } else if (code < 0x10000) {
      fmt::format_to(std::back_inserter(out_), "\\u{:04X}", number);
    } else {
      fmt::format_to(std::back_inserter(out_), "\\U{:08X}", number);
    }
  }

  bool sort_keys_;
  bool plain_root_ = false;
  int depth_ = 0;
  std::string out_;
};

}  // namespace

std::string dump_yaml(const Value& value, bool sort_keys) { return YamlWriter(sort_keys).run(value); }

}  // namespace floe::dbt
