#include "base/diagnostics/styled_text.hpp"

#include "base/text/printable.hpp"
#include "base/text/text.hpp"

#include <utility>

namespace floe::diagnostics {

namespace {

std::string_view escape_sequence(Style style, Severity severity) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kBold:
      return "\x1b[1m";
    case Style::kGutter:
      return "\x1b[1;34m";
    case Style::kSeverity:
      break;
  }
  switch (severity) {
    case Severity::kError:
      return "\x1b[1;31m";
    case Severity::kWarning:
      return "\x1b[1;33m";
    case Severity::kInfo:
      break;
  }
  return "\x1b[1;36m";
}

}  // namespace

void Row::append(std::string_view utf8, Style style) { put(cells_.size(), utf8, style); }

void Row::put(std::size_t column, char32_t code_point, Style style) {
  if (column >= cells_.size()) cells_.resize(column + 1);
  cells_[column] = {code_point, style};
}

void Row::put(std::size_t column, std::string_view utf8, Style style) {
  for (std::size_t position = 0; position < utf8.size(); ++column) {
    put(column, text::visible(text::next_code_point(utf8, &position)), style);
  }
}

void Row::print(std::string* out, Severity severity, bool color) const {
  std::size_t end = cells_.size();
  while (end > 0 && cells_[end - 1].code_point == U' ')
    --end;
  Style current = Style::kPlain;
  std::size_t spaces = 0;  // not yet printed: they belong to no style unless both sides have the same
  for (std::size_t i = 0; i < end; ++i) {
    const Cell& cell = cells_[i];
    if (cell.code_point == U' ') {
      ++spaces;
      continue;
    }
    const Style style = color ? cell.style : Style::kPlain;
    if (style != current && current != Style::kPlain) out->append("\x1b[0m");
    out->append(std::exchange(spaces, 0), ' ');
    if (style != current) out->append(escape_sequence(style, severity));
    current = style;
    text::append_utf8(out, cell.code_point);
  }
  if (current != Style::kPlain) out->append("\x1b[0m");
  out->push_back('\n');
}

}  // namespace floe::diagnostics
