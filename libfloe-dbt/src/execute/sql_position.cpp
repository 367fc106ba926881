#include "execute/sql_position.hpp"

#include "base/text/text.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace floe::dbt {
namespace {

constexpr std::string_view kMark = "\nLINE ";
constexpr std::string_view kLeftOut = "...";

// What DuckDB prints: the number of a line, a part of it, and how far into that part the caret stands.
struct Excerpt {
  std::size_t line = 0;
  std::string_view part;
  std::size_t caret = 0;
};

std::optional<Excerpt> excerpt_of(std::string_view message) {
  const std::size_t start = message.find(kMark);
  if (start == std::string_view::npos) return std::nullopt;
  const std::string_view rest = message.substr(start + 1);
  const std::size_t end = rest.find('\n');
  const std::size_t colon = rest.find(": ");
  if (end == std::string_view::npos || colon == std::string_view::npos || colon > end) return std::nullopt;
  Excerpt excerpt;
  const char* digits = rest.data() + kMark.size() - 1;
  const auto number = std::from_chars(digits, rest.data() + colon, excerpt.line);
  const std::size_t caret = rest.substr(end + 1).find('^');
  if (number.ec != std::errc() || caret == std::string_view::npos || caret < colon + 2) return std::nullopt;
  excerpt.part = rest.substr(colon + 2, end - colon - 2);
  excerpt.caret = caret - (colon + 2);
  if (excerpt.part.starts_with(kLeftOut) && excerpt.caret >= kLeftOut.size()) {
    excerpt.part.remove_prefix(kLeftOut.size());
    excerpt.caret -= kLeftOut.size();
  }
  if (excerpt.part.ends_with(kLeftOut)) excerpt.part.remove_suffix(kLeftOut.size());
  return excerpt;
}

// The caret counts columns of a terminal; taken as code points, which is right for all but wide characters.
std::size_t byte_offset(std::string_view text, std::size_t code_points) {
  std::size_t position = 0;
  for (; code_points > 0 && position < text.size(); --code_points)
    static_cast<void>(text::next_code_point(text, &position));
  return position;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

Span token_span(const std::string& file, std::size_t line, std::string_view text, std::size_t offset) {
  std::size_t end = offset;
  while (end < text.size() && is_word(text[end]))
    ++end;
  const auto column = static_cast<std::int32_t>(text::code_point_count(text.substr(0, offset))) + 1;
  const auto width =
      std::max<std::int32_t>(1, static_cast<std::int32_t>(text::code_point_count(text.substr(offset, end - offset))));
  const auto number = static_cast<std::int32_t>(line);
  return Span{file, number, column, number, column + width};
}

// Lines equal to `line` among the first `count` of `lines`.
std::size_t equal_lines(const std::vector<std::string_view>& lines, std::string_view line, std::size_t count) {
  return static_cast<std::size_t>(std::count(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(count), line));
}

// The line meant, from 1: the one of the number, or when the engine was given the SQL inside other SQL (a test is
// counted around it) the only one that holds the part. 0 when there is none.
std::size_t line_of(const Excerpt& excerpt, const std::vector<std::string_view>& lines) {
  const auto holds = [&](std::string_view line) { return line.find(excerpt.part) != std::string_view::npos; };
  if (excerpt.line >= 1 && excerpt.line <= lines.size() && holds(lines[excerpt.line - 1])) return excerpt.line;
  if (std::count_if(lines.begin(), lines.end(), holds) != 1) return 0;
  return static_cast<std::size_t>(std::find_if(lines.begin(), lines.end(), holds) - lines.begin()) + 1;
}

}  // namespace

std::optional<Span> sql_position(const Node& node, std::string_view message) {
  const auto excerpt = excerpt_of(message);
  const auto compiled = text::split(node.compilation.compiled_code, '\n');
  if (!excerpt || text::trim(excerpt->part).empty()) return std::nullopt;
  const std::size_t number = line_of(*excerpt, compiled);
  if (number == 0) return std::nullopt;
  const std::string_view line = compiled[number - 1];
  const std::size_t offset = line.find(excerpt->part) + byte_offset(excerpt->part, excerpt->caret);
  const auto raw = text::split(node.raw_code, '\n');
  const std::size_t same = equal_lines(raw, line, raw.size());
  if (!node.is_generic_test && same > 0 && same == equal_lines(compiled, line, compiled.size())) {
    const std::size_t before = equal_lines(compiled, line, number - 1);
    for (std::size_t i = 0, seen = 0; i < raw.size(); ++i) {
      if (raw[i] != line || seen++ != before) continue;
      return token_span(node.file, static_cast<std::size_t>(node.first_line) + i, line, offset);
    }
  }
  if (!node.compilation.compiled_path) return std::nullopt;
  return token_span(*node.compilation.compiled_path, number, line, offset);
}

std::string_view without_excerpt(std::string_view message) {
  const std::size_t mark = message.find(kMark);
  return mark == std::string_view::npos ? message : text::trim(message.substr(0, mark));
}

}  // namespace floe::dbt
