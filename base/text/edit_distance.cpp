#include "base/text/text.hpp"

#include <algorithm>
#include <utility>

namespace floe::text {

namespace {

std::u32string decode_all(std::string_view utf8) {
  std::u32string result;
  result.reserve(utf8.size());
  for (std::size_t position = 0; position < utf8.size();)
    result.push_back(next_code_point(utf8, &position));
  return result;
}

std::size_t distance(const std::u32string& left, const std::u32string& right) {
  const std::size_t width = right.size() + 1;
  std::vector<std::size_t> before(width);
  std::vector<std::size_t> previous(width);
  std::vector<std::size_t> current(width);
  for (std::size_t j = 0; j < width; ++j)
    previous[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j < width; ++j) {
      const std::size_t cost = left[i - 1] == right[j - 1] ? 0 : 1;
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[right.size()];
}

// `dependsOn`, `depends-on` and `DEPENDS_ON` fold to the same text.
std::string fold(std::string_view word) {
  std::string folded = to_lower_ascii(word);
  std::erase_if(folded, [](char c) { return c == '_' || c == '-'; });
  return folded;
}

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
  return distance(decode_all(left), decode_all(right));
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  if (word.empty()) return std::nullopt;
  const std::string folded = fold(word);
  for (const std::string& candidate : candidates) {
    if (!folded.empty() && fold(candidate) == folded) return candidate;
  }
  const std::u32string letters = decode_all(word);
  const std::size_t limit = std::max<std::size_t>(letters.size(), 3) / 3;
  const std::string* best = nullptr;
  std::size_t best_distance = limit + 1;
  for (const std::string& candidate : candidates) {
    const std::u32string other = decode_all(candidate);
    const std::size_t longer = std::max(letters.size(), other.size());
    const std::size_t shorter = std::min(letters.size(), other.size());
    if (longer - shorter >= best_distance) continue;
    const std::size_t found = distance(letters, other);
    if (found < best_distance && found < longer) {  // a word without one common letter is no suggestion
      best = &candidate;
      best_distance = found;
    }
  }
  if (best == nullptr) return std::nullopt;
  return *best;
}

}  // namespace floe::text
