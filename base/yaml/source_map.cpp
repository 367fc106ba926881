#include "base/yaml/source_map.hpp"

#include "base/text/text.hpp"

#include <algorithm>
#include <utility>

namespace floe::yaml {

SourceMap::SourceMap(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {
  std::size_t index = 0;
  std::size_t offset = 0;
  while (true) {
    lines_.push_back({index, offset});
    const std::size_t end = text.find('\n', offset);
    const std::string_view line = text.substr(offset, end == std::string_view::npos ? end : end + 1 - offset);
    index += text::code_point_count(line);
    offset += line.size();
    if (end == std::string_view::npos) break;
  }
  size_ = index;
}

std::size_t SourceMap::line_of(std::size_t index) const {
  constexpr std::size_t kNearby = 8;
  if (lines_[recent_line_].index <= index) {
    const std::size_t limit = std::min(recent_line_ + kNearby, lines_.size() - 1);
    std::size_t line = recent_line_;
    while (line < limit && lines_[line + 1].index <= index)
      ++line;
    if (line < limit || line == lines_.size() - 1) return recent_line_ = line;
  }
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), index,
                                      [](std::size_t wanted, const Line& line) { return wanted < line.index; });
  return recent_line_ = static_cast<std::size_t>(after - lines_.begin()) - 1;
}

Span SourceMap::span(std::size_t begin, std::size_t end) const {
  begin = std::min(begin, size_);
  end = std::clamp(end, begin, size_);
  const std::size_t first = line_of(begin);
  const std::size_t last = line_of(end);
  const auto column = [&](std::size_t line, std::size_t index) {
    return static_cast<std::int32_t>(index - lines_[line].index) + 1;
  };
  return {file_, static_cast<std::int32_t>(first) + 1, column(first, begin), static_cast<std::int32_t>(last) + 1,
          column(last, end)};
}

std::string_view SourceMap::text_at(std::size_t index) const {
  index = std::min(index, size_);
  const Line& line = lines_[line_of(index)];
  const std::string_view rest = text_.substr(line.offset);
  return rest.substr(text::code_point_offset(rest, index - line.index));
}

}  // namespace floe::yaml
