#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace floe {

namespace {

struct Layout {
  bool pretty = false;
  bool sorted = false;
};

// U+007F, or the first byte of U+0080 to U+009F: JSON may have them as they are, and some terminals obey them.
bool is_late_control(std::string_view text, std::size_t at) {
  if (text[at] == '\x7F') return true;
  return at + 1 < text.size() && text[at] == '\xC2' && static_cast<unsigned char>(text[at + 1]) < 0xA0U;
}

void append_text(std::string* out, std::string_view text, const Layout& layout) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  out->push_back('"');
  std::size_t clean = 0;  // start of the run that needs no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_late = byte >= 0x7FU && !layout.sorted && is_late_control(text, i);
    if (byte >= 0x20U && byte != '"' && byte != '\\' && !is_late) continue;
    out->append(text, clean, i - clean);
    if (byte == 0xC2U) ++i;  // the second byte of U+0080 to U+009F is its number
    const auto number = static_cast<unsigned char>(text[i]);
    clean = i + 1;
    switch (byte) {
      case '"':
        out->append("\\\"");
        break;
      case '\\':
        out->append("\\\\");
        break;
      case '\b':
        out->append("\\b");
        break;
      case '\f':
        out->append("\\f");
        break;
      case '\n':
        out->append("\\n");
        break;
      case '\r':
        out->append("\\r");
        break;
      case '\t':
        out->append("\\t");
        break;
      default:
        out->append("\\u00");
        out->push_back(kHexDigits[number >> 4U]);
        out->push_back(kHexDigits[number & 0x0FU]);
    }
  }
  out->append(text, clean);
  out->push_back('"');
}

template <class Integer>
void append_integer(std::string* out, Integer number) {
  std::array<char, 24> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  out->append(buffer.data(), end.ptr);
}

void append_line(std::string* out, const Layout& layout, int depth) {
  if (!layout.pretty) return;
  out->push_back('\n');
  out->append(static_cast<std::size_t>(depth) * 2, ' ');
}

void append_value(std::string* out, const json::value& value, const Layout& layout, int depth);

void append_member(std::string* out, const json::key_value_pair& member, const Layout& layout, int depth) {
  append_text(out, {member.key().data(), member.key().size()}, layout);
  out->append(layout.pretty ? ": " : ":");
  append_value(out, member.value(), layout, depth);
}

void append_object(std::string* out, const json::object& object, const Layout& layout, int depth) {
  if (object.empty()) {
    out->append("{}");
    return;
  }
  std::vector<const json::key_value_pair*> members;
  members.reserve(object.size());
  for (const json::key_value_pair& member : object)
    members.push_back(&member);
  if (layout.sorted) {  // order of UTF-8 bytes is order of code points
    std::sort(members.begin(), members.end(), [](const auto* left, const auto* right) {
      return std::string_view(left->key().data(), left->key().size()) <
             std::string_view(right->key().data(), right->key().size());
    });
  }
  char before = '{';
  for (const json::key_value_pair* member : members) {
    out->push_back(before);
    before = ',';
    append_line(out, layout, depth + 1);
    append_member(out, *member, layout, depth + 1);
  }
  append_line(out, layout, depth);
  out->push_back('}');
}

void append_array(std::string* out, const json::array& array, const Layout& layout, int depth) {
  if (array.empty()) {
    out->append("[]");
    return;
  }
  char before = '[';
  for (const json::value& item : array) {
    out->push_back(before);
    before = ',';
    append_line(out, layout, depth + 1);
    append_value(out, item, layout, depth + 1);
  }
  append_line(out, layout, depth);
  out->push_back(']');
}

void append_value(std::string* out, const json::value& value, const Layout& layout, int depth) {
  switch (value.kind()) {
    case json::kind::null:
      out->append("null");
      break;
    case json::kind::bool_:
      out->append(value.get_bool() ? "true" : "false");
      break;
    case json::kind::int64:
      append_integer(out, value.get_int64());
      break;
    case json::kind::uint64:
      append_integer(out, value.get_uint64());
      break;
    case json::kind::double_:
      out->append(std::isfinite(value.get_double()) ? text::python_float(value.get_double()) : "null");
      break;
    case json::kind::string:
      append_text(out, to_view(value.get_string()), layout);
      break;
    case json::kind::array:
      append_array(out, value.get_array(), layout, depth);
      break;
    case json::kind::object:
      append_object(out, value.get_object(), layout, depth);
      break;
  }
}

std::string write(const json::value& value, const Layout& layout) {
  std::string out;
  append_value(&out, value, layout, 0);
  return out;
}

}  // namespace

void append_json_string(std::string_view text, std::string* out) { append_text(out, text, {}); }

std::string to_json(const json::value& value) { return write(value, {.pretty = false, .sorted = false}); }

std::string to_canonical_json(const json::value& value) { return write(value, {.pretty = false, .sorted = true}); }

std::string to_pretty_json(const json::value& value, bool sorted) {
  std::string out = write(value, {.pretty = true, .sorted = sorted});
  out.push_back('\n');
  return out;
}

}  // namespace floe
