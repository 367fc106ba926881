#include "rules/policy/test_effect.hpp"

#include "base/json/texts.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace floe::policy {
namespace {

constexpr std::array<std::string_view, 4> kBuiltIn{"unique", "not_null", "accepted_values", "relationships"};
constexpr std::array<std::string_view, 11> kKeywords{"true", "false", "null", "and",     "or",      "not",
                                                     "is",   "in",    "like", "between", "distinct"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || c == '_' || c == '"' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What stands for the test of dbt's name; "" = dbt's own does, or nothing is known.
std::string redefined_by(const json::object& test) {
  const json::object* metadata = get_object(test, "test_metadata");
  const std::string name = metadata == nullptr ? "" : get_string_or(*metadata, "name", "");
  const bool is_built_in = std::find(kBuiltIn.begin(), kBuiltIn.end(), name) != kBuiltIn.end();
  if (!is_built_in || !get_string_or(*metadata, "namespace", "").empty()) return "";
  const json::object* depends_on = get_object(test, "depends_on");
  const std::vector<std::string> macros =
      depends_on == nullptr ? std::vector<std::string>() : get_texts(*depends_on, "macros");
  const auto found = std::find_if(macros.begin(), macros.end(),
                                  [&](const std::string& macro) { return macro.ends_with(".test_" + name); });
  return found == macros.end() || *found == "macro.dbt.test_" + name ? "" : *found;
}

}  // namespace

bool is_constant(std::string_view sql) {
  const std::string lower = text::to_lower_ascii(sql);
  for (std::size_t at = 0; at < lower.size();) {
    if (lower[at] == '\'') {
      const std::size_t end = lower.find('\'', at + 1);
      at = end == std::string::npos ? lower.size() : end + 1;
      continue;
    }
    if (!is_letter(lower[at]) && !is_digit(lower[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < lower.size() && (is_letter(lower[at]) || is_digit(lower[at])))
      ++at;
    const std::string_view word = std::string_view(lower).substr(begin, at - begin);
    if (is_digit(word[0])) continue;
    if (std::find(kKeywords.begin(), kKeywords.end(), word) == kKeywords.end()) return false;
  }
  return true;
}

std::string without_effect(const json::object& test) {
  if (const std::string macro = redefined_by(test); !macro.empty()) {
    return fmt::format("`{}` stands in the place of dbt's own", macro);
  }
  const json::object* config = get_object(test, "config");
  if (config == nullptr) return "";
  for (const char* key : {"where", "fail_calc"}) {
    const std::string expression = get_string_or(*config, key, "");
    if (!expression.empty() && is_constant(expression))
      return fmt::format("its `{}`, `{}`, looks at no column", key, expression);
  }
  return get_int(*config, "limit") == 0 ? "its `limit` is 0" : "";
}

}  // namespace floe::policy
