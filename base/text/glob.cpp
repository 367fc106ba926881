#include "base/text/text.hpp"

#include <vector>

namespace floe::text {

namespace {

// Matches `code_point` against the bracket expression that starts after `[` at `*position`, and moves past its `]`.
// nullopt when there is no closing `]`: the bracket then stands for itself.
std::optional<bool> match_set(std::string_view pattern, std::size_t* position, char32_t code_point) {
  std::size_t at = *position;
  const bool negated = at < pattern.size() && pattern[at] == '!';
  if (negated) ++at;
  bool matched = false;
  bool first = true;
  while (at < pattern.size()) {
    if (pattern[at] == ']' && !first) {
      *position = at + 1;
      return matched != negated;
    }
    first = false;
    const char32_t low = next_code_point(pattern, &at);
    char32_t high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      ++at;
      high = next_code_point(pattern, &at);
    }
    matched = matched || (low <= code_point && code_point <= high);
  }
  return std::nullopt;
}

// One pattern element other than `*` against one code point; moves both positions.
bool match_one(std::string_view pattern, std::size_t* pattern_at, std::string_view text, std::size_t* text_at) {
  const char32_t code_point = next_code_point(text, text_at);
  const char32_t element = next_code_point(pattern, pattern_at);
  if (element == U'?') return true;
  if (element == U'[') {
    const std::optional<bool> in_set = match_set(pattern, pattern_at, code_point);
    if (in_set.has_value()) return *in_set;
  }
  return element == code_point;
}

}  // namespace

// Only the last star ever needs to be retried, so the work is at most pattern times text.
bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t pattern_at = 0;
  std::size_t text_at = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (text_at < text.size()) {
    if (pattern_at < pattern.size() && pattern[pattern_at] == '*') {
      star = ++pattern_at;
      star_text = text_at;
      continue;
    }
    if (pattern_at < pattern.size() && match_one(pattern, &pattern_at, text, &text_at)) continue;
    if (star == std::string_view::npos) return false;
    next_code_point(text, &star_text);
    text_at = star_text;
    pattern_at = star;
  }
  while (pattern_at < pattern.size() && pattern[pattern_at] == '*')
    ++pattern_at;
  return pattern_at == pattern.size();
}

bool matches_path_glob(std::string_view pattern, std::string_view path) {
  const std::vector<std::string_view> elements = split(pattern, '/');
  const std::vector<std::string_view> segments = split(path, '/');
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t element = 0;
  std::size_t segment = 0;
  std::size_t star = kNone;
  std::size_t star_segment = 0;
  while (segment < segments.size()) {
    if (element < elements.size() && elements[element] == "**") {
      star = ++element;
      star_segment = segment;
    } else if (element < elements.size() && matches_glob(elements[element], segments[segment])) {
      ++element;
      ++segment;
    } else if (star != kNone) {
      segment = ++star_segment;
      element = star;
    } else {
      return false;
    }
  }
  while (element < elements.size() && elements[element] == "**")
    ++element;
  return element == elements.size();
}

}  // namespace floe::text
