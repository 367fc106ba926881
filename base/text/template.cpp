#include "base/text/template.hpp"

#include "base/fail.hpp"

#include <algorithm>

namespace floe::text {
namespace {

const std::string* find_place(const Places& places, std::string_view name) {
  const auto found = std::find_if(places.begin(), places.end(), [&](const auto& place) { return place.first == name; });
  return found == places.end() ? nullptr : &found->second;
}

// Appends `line`; false when it is one place, and empty.
bool append_line(std::string_view line, const Places& places, std::string* out) {
  while (true) {
    const std::size_t begin = line.find('@');
    const std::size_t end = begin == std::string_view::npos ? begin : line.find('@', begin + 1);
    if (end == std::string_view::npos) break;
    const std::string* value = find_place(places, line.substr(begin + 1, end - begin - 1));
    if (value != nullptr && value->empty() && begin == 0 && end + 1 == line.size()) return false;
    *out += line.substr(0, value == nullptr ? end : begin);
    if (value != nullptr) *out += *value;
    line.remove_prefix(value == nullptr ? end : end + 1);
  }
  *out += line;
  return true;
}

}  // namespace

std::string filled(std::string_view pattern, const Places& places) {
  std::string out;
  while (!pattern.empty()) {
    const std::size_t end = pattern.find('\n');
    const bool is_there = append_line(pattern.substr(0, end), places, &out);
    if (end == std::string_view::npos) break;
    if (is_there) out += '\n';
    pattern.remove_prefix(end + 1);
  }
  return out;
}

std::string_view embedded(std::span<const EmbeddedFile> files, std::string_view path) {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const EmbeddedFile& file) { return file.path == path; });
  FLOE_ASSERT(found != files.end());
  return found->content;
}

}  // namespace floe::text
