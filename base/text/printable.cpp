#include "base/text/printable.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::text {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Ascending. Unicode's default ignorables but U+200C, U+200D and the variation selectors of words and emoji; line and
// paragraph separators, and the marks of interlinear annotations.
constexpr std::array kHidden{
    Range{0x0000, 0x001F},   Range{0x007F, 0x009F},   Range{0x00AD, 0x00AD},   Range{0x034F, 0x034F},
    Range{0x061C, 0x061C},   Range{0x115F, 0x1160},   Range{0x17B4, 0x17B5},   Range{0x180E, 0x180E},
    Range{0x200B, 0x200B},   Range{0x200E, 0x200F},   Range{0x2028, 0x202E},   Range{0x2060, 0x206F},
    Range{0x3164, 0x3164},   Range{0xFEFF, 0xFEFF},   Range{0xFFA0, 0xFFA0},   Range{0xFFF0, 0xFFFB},
    Range{0x1BCA0, 0x1BCA3}, Range{0x1D173, 0x1D17A}, Range{0xE0000, 0xE0FFF},
};

// Longer ones before those that they begin with: a live line is erased, and colours.
constexpr std::array<std::string_view, 11> kOwnSequences{"\r\x1b[2K",  "\x1b[0m",    "\x1b[1m",   "\x1b[2m",
                                                         "\x1b[31m",   "\x1b[32m",   "\x1b[33m",  "\x1b[1;31m",
                                                         "\x1b[1;33m", "\x1b[1;34m", "\x1b[1;36m"};

std::string_view own_sequence_at(std::string_view rest) {
  const auto found = std::find_if(kOwnSequences.begin(), kOwnSequences.end(),
                                  [&](std::string_view sequence) { return rest.starts_with(sequence); });
  return found == kOwnSequences.end() ? std::string_view() : *found;
}

// True for what stays in lines; `rest` begins with the code point.
bool is_layout(char32_t code_point, std::string_view rest) {
  return code_point == U'\n' || code_point == U'\t' || (code_point == U'\r' && rest.starts_with("\r\n"));
}

bool is_plain(char c) { return (c >= ' ' && c < '\x7f') || c == '\n'; }

// Most of what is printed is ASCII.
std::string_view plain_run(std::string_view rest) {
  return rest.substr(0, static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_plain) - rest.begin()));
}

void append_escape(std::string* out, char32_t code_point) {
  if (code_point < 0x10000U) {
    *out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code_point));
    return;
  }
  const auto above = static_cast<std::uint32_t>(code_point) - 0x10000U;
  *out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800U + (above >> 10U), 0xDC00U + (above & 0x3FFU));
}

// What .NET trims, in which the runners of GitHub and Azure are written, and is not hidden.
bool is_space(char32_t code_point) {
  return code_point == U' ' || code_point == U'\t' || code_point == 0xA0U || code_point == 0x1680U ||
         (code_point >= 0x2000U && code_point <= 0x200AU) || code_point == 0x202FU || code_point == 0x205FU ||
         code_point == 0x3000U;
}

// Where the text of a line begins, behind spaces and colours.
std::size_t text_begin(std::string_view line) {
  for (std::size_t position = 0; position < line.size();) {
    const std::string_view own = own_sequence_at(line.substr(position));
    std::size_t next = position + own.size();
    if (own.empty() && !is_space(next_code_point(line, &next))) return position;
    position = next;
  }
  return line.size();
}

}  // namespace

bool is_hidden(char32_t code_point) {
  const auto* const range = std::lower_bound(kHidden.begin(), kHidden.end(), code_point,
                                             [](const Range& each, char32_t value) { return each.last < value; });
  return range != kHidden.end() && range->first <= code_point;
}

char32_t visible(char32_t code_point) {
  if (code_point < 0x20U) return 0x2400U + code_point;  // control pictures
  if (code_point == 0x7FU) return 0x2421U;
  return is_hidden(code_point) ? U'\xFFFD' : code_point;
}

std::string printable(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t position = 0; position < bytes.size();)
    append_utf8(&out, visible(next_code_point(bytes, &position)));
  return out;
}

std::string printable_lines(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t position = 0; position < bytes.size();) {
    const std::string_view rest = bytes.substr(position);
    const char32_t code_point = next_code_point(bytes, &position);
    append_utf8(&out, is_layout(code_point, rest) ? code_point : visible(code_point));
  }
  return out;
}

std::string printable_output(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t position = 0; position < bytes.size();) {
    std::string_view stays = plain_run(bytes.substr(position));
    if (stays.empty()) stays = own_sequence_at(bytes.substr(position));
    out += stays;
    position += stays.size();
    if (!stays.empty()) continue;
    const std::string_view rest = bytes.substr(position);
    const char32_t code_point = next_code_point(bytes, &position);
    append_utf8(&out, is_layout(code_point, rest) ? code_point : visible(code_point));
  }
  return out;
}

std::string printable_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t position = 0; position < json.size();) {
    const std::string_view rest = json.substr(position);
    const bool is_command = begins_hash_command(rest);
    const char32_t code_point = next_code_point(json, &position);
    if (is_command || (is_hidden(code_point) && !is_layout(code_point, rest))) {
      append_escape(&out, code_point);
    } else {
      append_utf8(&out, code_point);
    }
  }
  return out;
}

bool begins_hash_command(std::string_view text) {
  if (!text.starts_with("##")) return false;
  const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 2);
  return end != std::string_view::npos && text[end] == '[';
}

std::string without_commands(std::string_view lines) {
  std::string out;
  out.reserve(lines.size());
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
    const std::string_view line = lines.substr(0, end);
    const std::size_t begin = text_begin(line);
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (i == begin && line.substr(i).starts_with("::")) out += '\\';
      out += line[i];
      if (begins_hash_command(line.substr(i))) out += '\\';
    }
    lines.remove_prefix(end);
  }
  return out;
}

}  // namespace floe::text
