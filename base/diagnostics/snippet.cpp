#include "base/diagnostics/snippet.hpp"

#include "base/text/printable.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace floe::diagnostics {

namespace {

constexpr std::size_t kTabWidth = 4;
constexpr std::size_t kMaxLineWidth = 140;  // of a source line; longer ones are cut around their labels
constexpr std::size_t kContextWidth = 40;   // kept to the left of the first label of a cut line
constexpr std::int32_t kMaxSpanLines = 6;   // of a multi-line label that is shown without a gap
constexpr std::string_view kEllipsis = "...";

// A label in the coordinates of the excerpt, both ends inclusive of characters that get a mark.
struct Mark {
  std::int32_t first_line = 0;
  std::int32_t last_line = 0;
  std::size_t first_column = 0;  // code points, 0-based
  std::size_t end_column = 0;    // one past the last marked code point, on last_line
  std::string_view text;
  bool primary = false;
  std::size_t slot = 0;  // multi-line labels: which vertical line is theirs

  [[nodiscard]] bool multi_line() const { return last_line > first_line; }

  [[nodiscard]] char32_t mark() const { return primary ? U'^' : U'-'; }

  [[nodiscard]] Style style() const { return primary ? Style::kSeverity : Style::kGutter; }
};

bool is_blank(std::string_view line) { return text::trim(line).empty(); }

// A span that ends at the start of a line, or in blank lines, ends after the last character before that.
Mark make_mark(const SourceText& source, const Label& label) {
  const Span& span = label.span;
  Mark mark;
  mark.first_line = span.line;
  mark.last_line = std::max(span.end_line, span.line);
  mark.first_column = static_cast<std::size_t>(std::max(span.column, 1) - 1);
  mark.end_column = static_cast<std::size_t>(std::max(span.end_column, 1) - 1);
  mark.text = label.text;
  mark.primary = label.primary;
  while (mark.last_line > mark.first_line &&
         (!source.has_line(mark.last_line) || mark.end_column == 0 || is_blank(source.line(mark.last_line)))) {
    --mark.last_line;
    if (source.has_line(mark.last_line)) mark.end_column = text::code_point_count(source.line(mark.last_line));
  }
  if (!mark.multi_line()) mark.end_column = std::max(mark.end_column, mark.first_column + 1);
  return mark;
}

std::vector<Mark> make_marks(const SourceText& source, const std::vector<const Label*>& labels) {
  std::vector<Mark> marks;
  marks.reserve(labels.size());
  for (const Label* label : labels)
    marks.push_back(make_mark(source, *label));
  std::stable_sort(marks.begin(), marks.end(), [](const Mark& left, const Mark& right) {
    if (left.first_line != right.first_line) return left.first_line < right.first_line;
    return left.last_line > right.last_line;  // outer ones get the outer vertical line
  });
  std::size_t slot = 0;
  for (Mark& mark : marks) {
    if (mark.multi_line()) mark.slot = slot++;
  }
  return marks;
}

// A source line as it is shown, and where each of its code points went.
struct ShownLine {
  std::vector<char32_t> cells;
  std::vector<std::size_t> columns;  // one more than code points

  [[nodiscard]] std::size_t column(std::size_t code_point) const {
    if (code_point < columns.size()) return columns[code_point];
    return columns.back() + (code_point - (columns.size() - 1));  // past the end of the line
  }
};

void cut(ShownLine* line, std::size_t first_marked) {
  if (line->cells.size() <= kMaxLineWidth) return;
  const std::size_t wanted = line->column(first_marked);
  std::size_t begin = wanted > kMaxLineWidth - kContextWidth ? wanted - kContextWidth : 0;
  begin = std::min(begin, line->cells.size() - kMaxLineWidth);
  const std::size_t end = begin + kMaxLineWidth;
  const bool cut_right = end < line->cells.size();
  line->cells = std::vector<char32_t>(line->cells.begin() + static_cast<std::ptrdiff_t>(begin),
                                      line->cells.begin() + static_cast<std::ptrdiff_t>(end));
  if (begin > 0) std::copy(kEllipsis.begin(), kEllipsis.end(), line->cells.begin());
  if (cut_right) std::copy(kEllipsis.begin(), kEllipsis.end(), line->cells.end() - 3);
  for (std::size_t& column : line->columns)
    column = std::clamp(column, begin, end) - begin;
}

ShownLine show_line(std::string_view source, std::size_t first_marked) {
  ShownLine line;
  for (std::size_t position = 0; position < source.size();) {
    line.columns.push_back(line.cells.size());
    const char32_t code_point = text::next_code_point(source, &position);
    if (code_point == U'\t') {
      line.cells.insert(line.cells.end(), kTabWidth, U' ');
    } else {
      line.cells.push_back(text::visible(code_point));
    }
  }
  line.columns.push_back(line.cells.size());
  cut(&line, first_marked);
  return line;
}

class Excerpt {
 public:
  Excerpt(const SourceText& source, std::vector<Mark> marks, std::size_t gutter_width)
      : source_(source), marks_(std::move(marks)), gutter_width_(gutter_width) {
    for (const Mark& mark : marks_) {
      if (mark.multi_line()) ++slots_;
    }
  }

  std::vector<Row> draw() {
    std::int32_t previous = 0;
    for (const std::int32_t line : lines_to_show()) {
      if (previous > 0 && line == previous + 2) {
        draw_line(previous + 1);  // a gap of one line is shown rather than announced
      } else if (previous > 0 && line > previous + 2) {
        draw_gap(previous);
      }
      draw_line(line);
      previous = line;
    }
    return std::move(rows_);
  }

 private:
  [[nodiscard]] std::set<std::int32_t> lines_to_show() const {
    std::set<std::int32_t> lines;
    for (const Mark& mark : marks_) {
      const std::int32_t count = mark.last_line - mark.first_line + 1;
      for (std::int32_t line = mark.first_line; line <= mark.last_line; ++line) {
        const bool edge = line <= mark.first_line + 1 || line == mark.last_line;
        if (count <= kMaxSpanLines || edge) lines.insert(line);
        if (count > kMaxSpanLines && line == mark.first_line + 1) line = mark.last_line - 1;
      }
    }
    return lines;
  }

  [[nodiscard]] std::size_t slot_column(std::size_t slot) const { return gutter_width_ + 3 + slot; }

  [[nodiscard]] std::size_t text_column() const { return gutter_width_ + 3 + (slots_ > 0 ? slots_ + 1 : 0); }

  void draw_gap(std::int32_t after) {
    Row row;
    row.append(kEllipsis, Style::kGutter);
    for (const Mark& mark : marks_) {
      if (mark.multi_line() && mark.first_line <= after && mark.last_line > after) {
        row.put(slot_column(mark.slot), U'|', mark.style());
      }
    }
    rows_.push_back(std::move(row));
  }

  void draw_line(std::int32_t line) {
    const std::string_view text = source_.line(line);
    const ShownLine shown = show_line(text, first_marked(line));
    Row row = gutter_row(gutter_width_, std::to_string(line));
    for (std::size_t i = 0; i < shown.cells.size(); ++i)
      row.put(text_column() + i, shown.cells[i], Style::kPlain);
    std::vector<const Mark*> opening;
    for (const Mark& mark : marks_) {
      if (!mark.multi_line() || mark.first_line > line || mark.last_line < line) continue;
      if (mark.first_line < line) {
        row.put(slot_column(mark.slot), U'|', mark.style());
      } else if (starts_line(mark, text)) {
        row.put(slot_column(mark.slot), U'/', mark.style());
        open_.insert(&mark);
      } else {
        opening.push_back(&mark);
      }
    }
    rows_.push_back(std::move(row));
    draw_single_line_marks(line, shown);
    for (const Mark* mark : opening)
      draw_opening(*mark, shown);
    for (const Mark& mark : marks_) {
      if (mark.multi_line() && mark.last_line == line) draw_closing(mark, shown);
    }
  }

  [[nodiscard]] std::size_t first_marked(std::int32_t line) const {
    std::size_t first = std::string_view::npos;
    for (const Mark& mark : marks_) {
      if (mark.first_line == line) first = std::min(first, mark.first_column);
      if (mark.multi_line() && mark.last_line == line) first = std::min(first, mark.end_column);
    }
    return first == std::string_view::npos ? 0 : first;
  }

  static bool starts_line(const Mark& mark, std::string_view line) {
    return is_blank(line.substr(0, text::code_point_offset(line, mark.first_column)));
  }

  // A row without a number, with the vertical lines of the multi-line labels that are open.
  [[nodiscard]] Row mark_row() const {
    Row row = gutter_row(gutter_width_, "");
    for (const Mark* mark : open_)
      row.put(slot_column(mark->slot), U'|', mark->style());
    return row;
  }

  void draw_opening(const Mark& mark, const ShownLine& shown) {
    Row row = mark_row();
    const std::size_t column = text_column() + shown.column(mark.first_column);
    for (std::size_t i = slot_column(mark.slot) + 1; i < column; ++i)
      row.put(i, U'_', mark.style());
    row.put(column, mark.mark(), mark.style());
    rows_.push_back(std::move(row));
    open_.insert(&mark);
  }

  void draw_closing(const Mark& mark, const ShownLine& shown) {
    Row row = mark_row();
    const std::size_t column = text_column() + shown.column(mark.end_column == 0 ? 0 : mark.end_column - 1);
    for (std::size_t i = slot_column(mark.slot) + 1; i < column; ++i)
      row.put(i, U'_', mark.style());
    row.put(column, mark.mark(), mark.style());
    if (!mark.text.empty()) row.put(column + 2, mark.text, mark.style());
    rows_.push_back(std::move(row));
    open_.erase(&mark);
  }

  void draw_single_line_marks(std::int32_t line, const ShownLine& shown) {
    std::vector<const Mark*> marks;
    for (const Mark& mark : marks_) {
      if (!mark.multi_line() && mark.first_line == line) marks.push_back(&mark);
    }
    if (marks.empty()) return;
    // Right to left, the order in which texts are placed; a primary label wins where two overlap.
    std::stable_sort(marks.begin(), marks.end(), [](const Mark* left, const Mark* right) {
      if (left->first_column != right->first_column) return left->first_column > right->first_column;
      return left->primary && !right->primary;
    });
    Row row = mark_row();
    std::size_t end = 0;
    for (const bool primary : {false, true}) {
      for (const Mark* mark : marks) {
        if (mark->primary != primary) continue;
        const std::size_t first = shown.column(mark->first_column);
        const std::size_t last = std::max(shown.column(mark->end_column), first + 1);
        for (std::size_t i = first; i < last; ++i)
          row.put(text_column() + i, mark->mark(), mark->style());
        end = std::max(end, last);
      }
    }
    const Mark* inline_mark = marks.front();
    const std::size_t inline_end =
        std::max(shown.column(inline_mark->end_column), shown.column(inline_mark->first_column) + 1);
    const bool fits = inline_end == end;
    if (fits && !inline_mark->text.empty()) row.put(text_column() + end + 1, inline_mark->text, inline_mark->style());
    rows_.push_back(std::move(row));
    std::erase_if(marks, [&](const Mark* mark) { return mark->text.empty() || (fits && mark == inline_mark); });
    draw_hanging_texts(marks, shown);
  }

  void draw_hanging_texts(const std::vector<const Mark*>& marks, const ShownLine& shown) {
    const auto column = [&](const Mark* mark) { return text_column() + shown.column(mark->first_column); };
    if (marks.empty()) return;
    Row pipes = mark_row();
    for (const Mark* mark : marks)
      pipes.put(column(mark), U'|', mark->style());
    rows_.push_back(std::move(pipes));
    for (std::size_t i = 0; i < marks.size(); ++i) {
      Row row = mark_row();
      for (std::size_t j = i + 1; j < marks.size(); ++j)
        row.put(column(marks[j]), U'|', marks[j]->style());
      row.put(column(marks[i]), marks[i]->text, marks[i]->style());
      rows_.push_back(std::move(row));
    }
  }

  const SourceText& source_;
  std::vector<Mark> marks_;
  std::size_t gutter_width_;
  std::size_t slots_ = 0;
  std::set<const Mark*> open_;
  std::vector<Row> rows_;
};

}  // namespace

SourceText::SourceText(std::string text) : text_(std::move(text)) {
  std::string_view rest = text_;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  lines_ = text::split(rest, '\n');
  for (std::string_view& line : lines_) {
    if (line.ends_with('\r')) line.remove_suffix(1);
  }
}

bool SourceText::has_line(std::int32_t line) const {
  return line >= 1 && static_cast<std::size_t>(line) <= lines_.size();
}

std::string_view SourceText::line(std::int32_t number) const { return lines_[static_cast<std::size_t>(number) - 1]; }

Row gutter_row(std::size_t gutter_width, std::string_view number) {
  Row row;
  row.append(std::string(gutter_width - std::min(gutter_width, number.size()), ' '), Style::kGutter);
  row.append(number, Style::kGutter);
  row.append(" | ", Style::kGutter);
  return row;
}

std::vector<Row> draw_snippet(const SourceText& source, const std::vector<const Label*>& labels,
                              std::size_t gutter_width) {
  return Excerpt(source, make_marks(source, labels), gutter_width).draw();
}

}  // namespace floe::diagnostics
