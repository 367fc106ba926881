// Rows of characters with a style each; colours are only added when a row is printed.
#pragma once

#include "base/diagnostics/diagnostic.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::diagnostics {

enum class Style : std::uint8_t { kPlain, kBold, kGutter, kSeverity };

class Row {
 public:
  void append(std::string_view utf8, Style style);
  void put(std::size_t column, char32_t code_point, Style style);  // grows with spaces
  void put(std::size_t column, std::string_view utf8, Style style);

  [[nodiscard]] std::size_t size() const { return cells_.size(); }

  // With a newline, without trailing spaces.
  void print(std::string* out, Severity severity, bool color) const;

 private:
  struct Cell {
    char32_t code_point = U' ';
    Style style = Style::kPlain;
  };

  std::vector<Cell> cells_;
};

}  // namespace floe::diagnostics
