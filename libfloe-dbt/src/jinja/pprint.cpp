// pprint.pformat with its defaults: width 80, indent 1, sorted dicts.
#include "jinja/filter_functions.hpp"
#include "value/str_methods.hpp"
#include "value/unicode.hpp"

#include <algorithm>

namespace floe::dbt::filter {

namespace {

constexpr std::int64_t kWidth = 80;

// Keys in order; those that cannot be compared by the names of their types.
bool key_less(const Value& left, const Value& right) {
  try {
    return less(left, right);
  } catch (const PythonException&) {
    return type_name(left) < type_name(right);
  }
}

std::vector<std::pair<Value, Value>> sorted_items(const DictObject& dict) {
  std::vector<std::pair<Value, Value>> items;
  for (std::size_t at = 0; const DictObject::Entry* entry = dict.next(&at);)
    items.emplace_back(entry->key, entry->value);
  std::stable_sort(items.begin(), items.end(),
                   [](const auto& left, const auto& right) { return key_less(left.first, right.first); });
  return items;
}

class Printer {
 public:
  std::string run(const Value& value) {
    print(value, 0, 0, 0);
    return std::move(out_);
  }

 private:
  static std::string one_line(const Value& value, int depth = 0) {
    if (depth > 200) raise(ExceptionKind::kRecursionError, "maximum recursion depth exceeded");
    Meter::step();
    std::string out;
    auto join = [&](const std::vector<Value>& items, std::string_view open, std::string_view close) {
      out += open;
      for (std::size_t index = 0; index < items.size(); ++index) {
        if (index != 0) out += ", ";
        Meter::grow_text(out.size());
        out += one_line(items[index], depth + 1);
      }
      out += close;
    };
    switch (value.kind()) {
      case Kind::kDict: {
        out += '{';
        bool first = true;
        for (const auto& [key, item] : sorted_items(*value.dict_object())) {
          if (!first) out += ", ";
          first = false;
          Meter::grow_text(out.size());
          out += one_line(key, depth + 1) + ": " + one_line(item, depth + 1);
        }
        return out + '}';
      }
      case Kind::kList:
        join(value.list_object()->items, "[", "]");
        return out;
      case Kind::kTuple: {
        const std::vector<Value>& items = value.tuple_object()->items;
        join(items, "(", items.size() == 1 ? ",)" : ")");
        return out;
      }
      default:
        return to_repr(value);
    }
  }

  static std::int64_t width_of(std::string_view text) { return static_cast<std::int64_t>(unicode::count(text)); }

  void new_line(std::int64_t indent) {
    out_ += '\n';
    out_.append(static_cast<std::size_t>(std::max<std::int64_t>(indent, 0)), ' ');
  }

  void print(const Value& value, std::int64_t indent, std::int64_t allowance, int level) {
    std::string line = one_line(value);
    if (width_of(line) <= kWidth - indent - allowance) {
      out_ += line;
      return;
    }
    switch (value.kind()) {
      case Kind::kDict:
        print_dict(value, indent, allowance + 1, level + 1);
        return;
      case Kind::kList:
        print_items("[", value.list_object()->items, "]", indent, allowance, level + 1);
        return;
      case Kind::kTuple: {
        const std::vector<Value>& items = value.tuple_object()->items;
        print_items("(", items, items.size() == 1 ? ",)" : ")", indent, allowance, level + 1);
        return;
      }
      case Kind::kSet: {
        std::vector<Value> items = to_vector(value);
        std::stable_sort(items.begin(), items.end(), key_less);
        print_items("{", items, "}", indent, allowance, level + 1);
        return;
      }
      case Kind::kString:
        print_text(value, indent, allowance, level + 1);
        return;
      default:
        out_ += line;
        return;
    }
  }

  void print_dict(const Value& value, std::int64_t indent, std::int64_t allowance, int level) {
    out_ += '{';
    auto items = sorted_items(*value.dict_object());
    for (std::size_t index = 0; index < items.size(); ++index) {
      if (index != 0) {
        out_ += ',';
        new_line(indent + 1);
      }
      std::string key = one_line(items[index].first);
      out_ += key + ": ";
      print(items[index].second, indent + 1 + width_of(key) + 2, index + 1 == items.size() ? allowance : 1, level);
    }
    out_ += '}';
  }

  void print_items(std::string_view open, const std::vector<Value>& items, std::string_view close, std::int64_t indent,
                   std::int64_t allowance, int level) {
    out_ += open;
    for (std::size_t index = 0; index < items.size(); ++index) {
      if (index != 0) {
        out_ += ',';
        new_line(indent + 1);
      }
      bool last = index + 1 == items.size();
      print(items[index], indent + 1, last ? allowance + static_cast<std::int64_t>(close.size()) : 1, level);
    }
    out_ += close;
  }

  // Words with the space that follows them.
  static std::vector<std::string> words(std::string_view line) {
    std::vector<std::string> parts;
    bool in_space = false;
    std::string part;
    for (std::size_t position = 0; position < line.size();) {
      std::size_t start = position;
      bool space = unicode::is_space(unicode::decode(line, &position));
      if (in_space && !space) {
        parts.push_back(std::move(part));
        part.clear();
      }
      in_space = space;
      part += line.substr(start, position - start);
    }
    if (!part.empty()) parts.push_back(std::move(part));
    return parts;
  }

  void print_text(const Value& value, std::int64_t indent, std::int64_t allowance, int level) {
    if (level == 1) {
      ++indent;
      ++allowance;
    }
    std::vector<Value> lines = str::split_lines(value.as_string(), true);
    std::vector<std::string> chunks;
    for (std::size_t index = 0; index < lines.size(); ++index) {
      bool last_line = index + 1 == lines.size();
      std::string whole = to_repr(lines[index]);
      if (width_of(whole) <= kWidth - indent - (last_line ? allowance : 0)) {
        chunks.push_back(std::move(whole));
        continue;
      }
      std::string current;
      std::vector<std::string> parts = words(lines[index].as_string());
      for (std::size_t part = 0; part < parts.size(); ++part) {
        std::int64_t room = kWidth - indent - (last_line && part + 1 == parts.size() ? allowance : 0);
        std::string candidate = current + parts[part];
        if (width_of(to_repr(Value(candidate))) > room) {
          if (!current.empty()) chunks.push_back(to_repr(Value(current)));
          current = parts[part];
        } else {
          current = std::move(candidate);
        }
      }
      if (!current.empty()) chunks.push_back(to_repr(Value(current)));
    }
    bool parentheses = level == 1 && chunks.size() > 1;
    if (parentheses) out_ += '(';
    for (std::size_t index = 0; index < chunks.size(); ++index) {
      if (index != 0) new_line(indent);
      out_ += chunks[index];
    }
    if (parentheses) out_ += ')';
  }

  std::string out_;
};

}  // namespace

std::string pretty(const Value& value) { return Printer().run(value); }

}  // namespace floe::dbt::filter
