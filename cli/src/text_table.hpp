// Rows in aligned columns, for people.
#pragma once

#include <string>
#include <vector>

namespace floe::cli {

enum class Align : std::uint8_t { kLeft, kRight };

struct TextColumn {
  std::string title;
  Align align = Align::kLeft;
};

// Widths count code points; cells are cut at `max_cell` with an ellipsis, unless keep_cells_whole(). Ends with a
// newline.
std::string format_text_table(const std::vector<TextColumn>& columns, const std::vector<std::vector<std::string>>& rows,
                              std::size_t max_cell = 60);

// From now on no cell is cut, in the whole process: whoever reads the answer is no person at a terminal. Columns are
// not made wider than 200 by it: longer cells stand out of theirs.
void keep_cells_whole();

std::string format_count(std::int64_t value);  // 1,234,567
std::string format_seconds(double seconds);    // 0.05s, 12.3s, 2m05s
std::string format_bytes(std::int64_t bytes);  // 1.2 MB

}  // namespace floe::cli
