// The source excerpt of a diagnostic: the lines its labels touch, with carets under them.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/diagnostics/styled_text.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::diagnostics {

// A file cut into lines, without their ends.
class SourceText {
 public:
  explicit SourceText(std::string text);
  SourceText(const SourceText&) = delete;
  SourceText& operator=(const SourceText&) = delete;

  [[nodiscard]] bool has_line(std::int32_t line) const;
  [[nodiscard]] std::string_view line(std::int32_t number) const;  // 1-based

 private:
  std::string text_;
  std::vector<std::string_view> lines_;
};

// Rows below the `-->` line. All labels are valid and their lines exist in `source`.
std::vector<Row> draw_snippet(const SourceText& source, const std::vector<const Label*>& labels,
                              std::size_t gutter_width);

Row gutter_row(std::size_t gutter_width, std::string_view number);  // ` 4 |` or `   |`

}  // namespace floe::diagnostics
