#include "contract/version.hpp"

#include "base/text/text.hpp"

#include <charconv>
#include <vector>

namespace floe::contract {
namespace {

// Up to three numbers, how many there were in `count`.
std::optional<Version> parse_numbers(std::string_view text, std::size_t* count) {
  const std::vector<std::string_view> parts = text::split(text.substr(text.starts_with('v') ? 1 : 0), '.');
  if (parts.size() > 3) return std::nullopt;
  Version out{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto [end, problem] = std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), out[i]);
    if (problem != std::errc{} || end != parts[i].data() + parts[i].size()) return std::nullopt;
  }
  *count = parts.size();
  return out;
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
  std::size_t count = 0;
  const auto version = parse_numbers(text, &count);
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
  if ((*least)[0] == 0 && count > 1) return (*there)[0] == 0 && (*there)[1] == (*least)[1];
  return (*there)[0] == (*least)[0];
}

}  // namespace floe::contract
