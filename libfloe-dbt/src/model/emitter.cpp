#include "model/emitter.hpp"

#include "value/json.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace floe::dbt {

void Emitter::optional(std::string_view name, const std::optional<std::string>& value) {
  key(name);
  if (value) {
    text(*value);
  } else {
    null();
  }
}

void Emitter::optional(std::string_view name, const std::optional<bool>& value) {
  key(name);
  if (value) {
    boolean(*value);
  } else {
    null();
  }
}

void Emitter::texts(std::string_view name, const std::vector<std::string>& values) {
  key(name);
  begin_list();
  for (const std::string& value : values)
    text(value);
  end_list();
}

void JsonEmitter::separate() {
  if (needs_comma_) out_ += ',';
}

void JsonEmitter::open(char bracket) {
  separate();
  out_ += bracket;
  needs_comma_ = false;
}

void JsonEmitter::close(char bracket) {
  out_ += bracket;
  needs_comma_ = true;
}

void JsonEmitter::plain(std::string_view text) {
  separate();
  out_ += text;
  needs_comma_ = true;
}

void JsonEmitter::quoted(std::string_view text) {
  static constexpr std::array<char, 16> kHex = {'0', '1', '2', '3', '4', '5', '6', '7',
                                                '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
  out_ += '"';
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out_.append(text, start, i - start);
    start = i + 1;
    out_ += '\\';
    switch (c) {
      case '"':
        out_ += '"';
        break;
      case '\\':
        out_ += '\\';
        break;
      case '\n':
        out_ += 'n';
        break;
      case '\r':
        out_ += 'r';
        break;
      case '\t':
        out_ += 't';
        break;
      default:
        out_ += "u00";
        out_ += kHex[c >> 4];
        out_ += kHex[c & 15];
    }
  }
  out_.append(text, start, text.size() - start);
  out_ += '"';
}

void JsonEmitter::key(std::string_view name) {
  separate();
  quoted(name);
  out_ += ':';
  needs_comma_ = false;
}

void JsonEmitter::text(std::string_view value) {
  separate();
  quoted(value);
  needs_comma_ = true;
}

void JsonEmitter::integer(std::int64_t value) {
  std::array<char, 24> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  plain({buffer.data(), static_cast<std::size_t>(end - buffer.data())});
}

void JsonEmitter::real(double value) { std::isfinite(value) ? plain(text::python_float(value)) : plain("null"); }

void JsonEmitter::dict(const DictObject& dict) {
  begin_dict();
  for (std::size_t i = 0; const DictObject::Entry* entry = dict.next(&i);) {
    if (entry->key.is_string()) {
      key(entry->key.as_string());
    } else if (entry->key.is_bool()) {
      key(entry->key.as_bool() ? "true" : "false");
    } else {
      key(entry->key.is_none() ? std::string("null") : to_str(entry->key));
    }
    value(entry->value);
  }
  end_dict();
}

void JsonEmitter::value(const Value& content) {
  switch (content.kind()) {
    case Kind::kMissing:
    case Kind::kNone:
    case Kind::kUndefined:
      null();
      return;
    case Kind::kBool:
      boolean(content.as_bool());
      return;
    case Kind::kInt:
      integer(content.as_int());
      return;
    case Kind::kFloat:
      real(content.as_float());
      return;
    case Kind::kString:
      text(content.as_string());
      return;
    case Kind::kBigInt:
      plain(to_str(content));
      return;
    case Kind::kDict:
      dict(*content.dict_object());
      return;
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kSet:
    case Kind::kRange:
      begin_list();
      for (const Value& item : to_vector(content))
        value(item);
      end_list();
      return;
    case Kind::kBytes:
    case Kind::kObject:
      text(to_str(content));
      return;
  }
}

void ValueEmitter::push(Value container) {
  stack_.push_back(std::move(container));
  keys_.emplace_back();
}

void ValueEmitter::pop() {
  Value finished = std::move(stack_.back());
  stack_.pop_back();
  keys_.pop_back();
  if (stack_.empty()) {
    result_ = std::move(finished);
  } else {
    put(std::move(finished));
  }
}

void ValueEmitter::put(Value value) {
  Value& top = stack_.back();
  if (top.is_list()) {
    top.list_object()->items.push_back(std::move(value));
  } else if (!omit_none_ || !value.is_none()) {
    top.dict_object()->set(std::string_view(keys_.back()), std::move(value));
  }
}

}  // namespace floe::dbt
