// From libyaml's marks (code point indexes) to lines and columns as editors count them.
#pragma once

#include "base/diagnostics/diagnostic.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace floe::yaml {

// Not thread-safe. libyaml also ends lines at NEL, LS, PS and lone carriage returns; here only a line feed does.
class SourceMap {
 public:
  // `text` is valid UTF-8 without a byte order mark and outlives the map.
  SourceMap(std::string_view text, std::string file);

  [[nodiscard]] Span span(std::size_t begin, std::size_t end) const;  // code point indexes, half-open

  [[nodiscard]] const std::string& file() const { return file_; }

  [[nodiscard]] std::string_view text_at(std::size_t index) const;  // from that code point on

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Line {
    std::size_t index;   // of its first code point
    std::size_t offset;  // of its first byte
  };

  [[nodiscard]] std::size_t line_of(std::size_t index) const;  // 0-based

  std::string_view text_;
  std::string file_;
  std::vector<Line> lines_;
  std::size_t size_ = 0;
  mutable std::size_t recent_line_ = 0;  // events come in file order, so the next look-up is nearly always close by
};

}  // namespace floe::yaml
