#include "verbs/text_table.hpp"

#include "base/text/printable.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::run {
namespace {

constexpr std::size_t kWidestColumn = 200;  // of whole cells: one long value pads no other row to its length

// One line per row: control characters would break the columns.
std::string one_line(const std::string& cell, const TextStyle& style, std::size_t max_cell) {
  std::string out;
  for (const char c : cell)
    out += c == '\n' || c == '\t' || c == '\r' ? ' ' : c;
  out = text::printable(out);
  if (!style.cuts_cells || text::code_point_count(out) <= max_cell) return out;
  return out.substr(0, text::code_point_offset(out, max_cell - 1)) + "…";
}

void append_cell(std::string* line, const std::string& cell, std::size_t width, Align align, bool is_last) {
  const std::size_t size = text::code_point_count(cell);
  const std::string padding(width > size ? width - size : 0, ' ');
  if (align == Align::kRight) {
    *line += padding + cell;
  } else {
    *line += is_last ? cell : cell + padding;
  }
}

}  // namespace

std::string format_text_table(const std::vector<TextColumn>& columns, const std::vector<std::vector<std::string>>& rows,
                              const TextStyle& style, std::size_t max_cell) {
  std::vector<std::string> titles;
  std::vector<std::size_t> widths;
  for (const TextColumn& column : columns) {
    titles.push_back(one_line(column.title, style, max_cell));
    widths.push_back(text::code_point_count(titles.back()));
  }
  std::vector<std::vector<std::string>> cells;
  for (const auto& row : rows) {
    auto& line = cells.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      line.push_back(i < row.size() ? one_line(row[i], style, max_cell) : "");
      const std::size_t length = text::code_point_count(line.back());
      widths[i] = std::max(widths[i], style.cuts_cells ? length : std::min(length, kWidestColumn));
    }
  }
  std::string out;
  const auto append_line = [&](const std::vector<std::string>& line) {
    std::string text_line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) text_line += "  ";
      append_cell(&text_line, line[i], widths[i], columns[i].align, i + 1 == columns.size());
    }
    while (!text_line.empty() && text_line.back() == ' ')
      text_line.pop_back();
    out += text_line + "\n";
  };
  std::vector<std::string> rules;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::string rule;
    for (std::size_t n = 0; n < widths[i]; ++n)
      rule += "─";
    rules.push_back(rule);
  }
  append_line(titles);
  append_line(rules);
  for (const auto& line : cells)
    append_line(line);
  return out;
}

}  // namespace floe::run
