#include "config/cron.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <vector>

namespace floe::config {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Field {
  std::string_view name;
  int least;
  int most;
  std::span<const std::string_view> names = {};  // of the values from `least` on
};

constexpr std::array<Field, 5> kFields{
    {{"minute", 0, 59}, {"hour", 0, 23}, {"day", 1, 31}, {"month", 1, 12, kMonths}, {"weekday", 0, 7, kWeekdays}}};

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// nullopt when it is no value of the field.
std::optional<int> value_of(std::string_view text, const Field& field) {
  const auto name = std::find(field.names.begin(), field.names.end(), text::to_lower_ascii(text));
  if (name != field.names.end()) return field.least + static_cast<int>(name - field.names.begin());
  const auto number = number_of(text);
  return number && *number >= field.least && *number <= field.most ? number : std::nullopt;
}

std::string not_accepted(std::string_view text, const Field& field) {
  return fmt::format("{} `{}` is not accepted, numbers from {} to {} are{}", field.name, text, field.least, field.most,
                     field.names.empty() ? "" : fmt::format(", and {} to {}", field.names.front(), field.names.back()));
}

// Of `*`, `5`, `1-5`, each with `/2` behind it or not.
std::string item_problem(std::string_view item, const Field& field) {
  if (const std::size_t slash = item.find('/'); slash != std::string_view::npos) {
    const std::string_view step = item.substr(slash + 1);
    const auto number = number_of(step);
    if (!number || *number < 1 || *number > field.most)
      return fmt::format("step `{}` of the {} is not accepted, numbers from 1 to {} are", step, field.name, field.most);
    item = item.substr(0, slash);
  }
  if (item == "*") return "";
  const std::size_t dash = item.find('-');
  const auto first = value_of(item.substr(0, dash), field);
  if (!first) return not_accepted(item.substr(0, dash), field);
  if (dash == std::string_view::npos) return "";
  const auto last = value_of(item.substr(dash + 1), field);
  if (!last) return not_accepted(item.substr(dash + 1), field);
  return *first <= *last ? "" : fmt::format("{} `{}` runs backwards", field.name, item);
}

}  // namespace

std::string cron_problem(std::string_view text) {
  std::vector<std::string_view> words = text::split(text, ' ');
  std::erase(words, "");
  if (words.size() != kFields.size())
    return fmt::format("expected five fields (minute hour day month weekday), such as \"0 6 * * 1-5\", not {}",
                       words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (const std::string_view item : text::split(words[i], ',')) {
      if (std::string problem = item_problem(item, kFields[i]); !problem.empty()) return problem;
    }
  }
  return "";
}

}  // namespace floe::config
