// Rows in aligned columns, for people.
#pragma once

#include "verbs/verb.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace floe::run {

enum class Align : std::uint8_t { kLeft, kRight };

struct TextColumn {
  std::string title;
  Align align = Align::kLeft;
};

// Widths count code points. Where the style cuts cells, they end at `max_cell` with an ellipsis; else no column is made
// wider than 200, and longer cells stand out of theirs. Ends with a newline.
std::string format_text_table(const std::vector<TextColumn>& columns, const std::vector<std::vector<std::string>>& rows,
                              const TextStyle& style, std::size_t max_cell = 60);

}  // namespace floe::run
