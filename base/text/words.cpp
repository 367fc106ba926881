#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace floe::text {

namespace {

constexpr std::string_view kWhiteSpace = " \t\n\r\v\f";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; }

}  // namespace

std::string to_lower_ascii(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

std::string to_upper_ascii(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), upper);
  return result;
}

bool equals_ignore_case_ascii(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::size_t start = text.find_first_not_of(kWhiteSpace);
  while (start != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(kWhiteSpace, start), text.size());
    words.emplace_back(text.substr(start, end - start));
    start = text.find_first_not_of(kWhiteSpace, end);
  }
  return words;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::size_t size = 0;
  for (const std::string& part : parts)
    size += part.size() + separator.size();
  std::string result;
  result.reserve(size);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) result += separator;
    result += parts[i];
  }
  return result;
}

std::string quoted_list(std::span<const std::string> words) {
  return words.empty() ? std::string() : "`" + join(words, "`, `") + "`";
}

void number_repeated(std::vector<std::string>& names) {
  std::map<std::string, int> seen;
  for (std::string& name : names) {
    const int times = ++seen[name];
    if (times > 1) name += "_" + std::to_string(times);
  }
}

std::string plural(std::int64_t count, std::string_view singular) {
  return count == 1 ? std::string(singular) : fmt::format("{}s", singular);
}

std::string counted(std::int64_t count, std::string_view singular) {
  return fmt::format("{} {}", count, plural(count, singular));
}

std::string shortened(std::string_view utf8, std::size_t code_points) {
  const std::size_t end = code_point_offset(utf8, code_points);
  return std::string(utf8.substr(0, end)) + (end < utf8.size() ? "..." : "");
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  if (from.empty()) return std::string(text);
  std::string result;
  result.reserve(text.size());
  while (true) {
    const std::size_t found = text.find(from);
    if (found == std::string_view::npos) return result.append(text);
    result.append(text.substr(0, found)).append(to);
    text.remove_prefix(found + from.size());
  }
}

}  // namespace floe::text
