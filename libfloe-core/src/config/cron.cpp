#include "config/cron.hpp"

#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string>
#include <vector>

namespace floe::config {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Field {
  int least;
  int most;
  std::span<const std::string_view> names = {};
};

constexpr std::array<Field, 5> kFields{{{0, 59}, {0, 23}, {1, 31}, {1, 12, kMonths}, {0, 7, kWeekdays}}};

bool is_number(std::string_view text, int least, int most) {
  int number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  return end.ec == std::errc() && end.ptr == text.data() + text.size() && number >= least && number <= most;
}

bool is_value(std::string_view text, const Field& field) {
  const std::string word = text::to_lower_ascii(text);
  return is_number(text, field.least, field.most) ||
         std::find(field.names.begin(), field.names.end(), word) != field.names.end();
}

// `*`, `5`, `1-5`, each with `/2` behind it or not.
bool is_item(std::string_view item, const Field& field) {
  if (const std::size_t slash = item.find('/'); slash != std::string_view::npos) {
    if (!is_number(item.substr(slash + 1), 1, field.most)) return false;
    item = item.substr(0, slash);
  }
  if (item == "*") return true;
  const std::size_t dash = item.find('-');
  if (dash == std::string_view::npos) return is_value(item, field);
  return is_value(item.substr(0, dash), field) && is_value(item.substr(dash + 1), field);
}

}  // namespace

bool is_cron(std::string_view text) {
  std::vector<std::string_view> words = text::split(text, ' ');
  std::erase(words, "");
  if (words.size() != kFields.size()) return false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (const std::string_view item : text::split(words[i], ',')) {
      if (!is_item(item, kFields[i])) return false;
    }
  }
  return true;
}

}  // namespace floe::config
