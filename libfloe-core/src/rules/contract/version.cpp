#include "rules/contract/version.hpp"

#include "base/text/text.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace floe::contract {
namespace {

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Written one way only: 1, not 01.
bool is_plain_number(std::string_view text) { return is_digits(text) && (text.size() == 1 || text.front() != '0'); }

// `rc.1`, `build.07`: words of letters, digits and dashes with dots between them.
bool are_words(std::string_view text, bool may_begin_with_zero) {
  constexpr std::string_view kAccepted = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";
  const std::vector<std::string_view> words = text::split(text, '.');
  return std::all_of(words.begin(), words.end(), [&](std::string_view word) {
    const bool is_word = !word.empty() && word.find_first_not_of(kAccepted) == std::string_view::npos;
    return is_word && (may_begin_with_zero || !is_digits(word) || is_plain_number(word));
  });
}

// A version with how many numbers it has in `count`.
std::optional<Version> parse_numbers(std::string_view text, std::size_t* count) {
  Version out;
  text.remove_prefix(text.starts_with('v') ? 1 : 0);
  const auto plus = text.find('+');
  const auto dash = text.substr(0, plus).find('-');
  if (plus != std::string_view::npos && !are_words(text.substr(plus + 1), true)) return std::nullopt;
  text = text.substr(0, plus);
  if (dash != std::string_view::npos) {
    out.prerelease = text.substr(dash + 1);
    if (!are_words(out.prerelease, false)) return std::nullopt;
  }
  const std::vector<std::string_view> parts = text::split(text.substr(0, dash), '.');
  const bool is_whole = dash == std::string_view::npos && plus == std::string_view::npos;
  if (parts.size() > 3 || (!is_whole && parts.size() < 3)) return std::nullopt;
  constexpr std::size_t kMostDigits = 9;  // so that the next number fits as well
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!is_plain_number(parts[i]) || parts[i].size() > kMostDigits) return std::nullopt;
    const auto [end, problem] = std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), out.numbers[i]);
    if (problem != std::errc{}) return std::nullopt;
  }
  *count = parts.size();
  return out;
}

// Numbers by their value and below words, words by their letters.
std::strong_ordering compare_words(std::string_view one, std::string_view other) {
  if (is_digits(one) != is_digits(other))
    return is_digits(one) ? std::strong_ordering::less : std::strong_ordering::greater;
  if (is_digits(one) && one.size() != other.size()) return one.size() <=> other.size();
  return one <=> other;
}

}  // namespace

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (numbers != other.numbers) return numbers <=> other.numbers;
  if (prerelease.empty() || other.prerelease.empty()) return prerelease.empty() <=> other.prerelease.empty();
  const std::vector<std::string_view> mine = text::split(prerelease, '.');
  const std::vector<std::string_view> theirs = text::split(other.prerelease, '.');
  for (std::size_t i = 0; i < std::min(mine.size(), theirs.size()); ++i) {
    const auto order = compare_words(mine[i], theirs[i]);
    if (order != std::strong_ordering::equal) return order;
  }
  return mine.size() <=> theirs.size();
}

std::optional<Version> parse_version(std::string_view text) {
  std::size_t count = 0;
  auto version = parse_numbers(text, &count);
  return count >= 2 ? version : std::nullopt;
}

bool satisfies(std::string_view version, std::string_view needed) {
  const bool is_exact = needed.starts_with('=');
  const bool is_open = needed.starts_with(">=");
  needed.remove_prefix(is_open ? 2 : (is_exact ? 1 : 0));
  std::size_t count = 0;
  const auto least = parse_numbers(needed, &count);
  const auto there = parse_version(version);
  if (!least || !there) return false;
  if (is_exact) return *there == *least;
  if (is_open || *there < *least) return *there >= *least;
  // Below 1.0 the second number counts as the first; of `0` alone there is none.
  const std::array<int, 3>& wanted = least->numbers;
  if (wanted[0] == 0 && count > 1) return there->numbers[0] == 0 && there->numbers[1] == wanted[1];
  return there->numbers[0] == wanted[0];
}

}  // namespace floe::contract
