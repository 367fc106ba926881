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

std::string name_of(std::string_view macro) { return std::string(macro.substr(macro.rfind('.') + 1)); }

bool is_of_dbt(std::string_view macro) {
  return macro.starts_with("macro.dbt.") || macro.starts_with("macro.dbt_duckdb.") || macro.starts_with("macro.floe.");
}

// The part after what dispatch looks for: `default__test_unique`.
std::string_view dispatched(std::string_view name) {
  const std::size_t at = name.find("__");
  return at == std::string_view::npos ? name : name.substr(at + 2);
}

// What every test runs through.
bool is_of_all_tests(const std::string& name) {
  const std::string_view part = dispatched(name);
  return part == "get_where_subquery" || part == "get_test_sql" || name.starts_with("materialization_test_");
}

// What stands for the test of dbt's name; "" = dbt's own does, or nothing is known.
std::string redefined_by(const json::object& test, const TestMacros& replaced) {
  const json::object* metadata = get_object(test, "test_metadata");
  const std::string name = metadata == nullptr ? "" : get_string_or(*metadata, "name", "");
  const bool is_built_in = std::find(kBuiltIn.begin(), kBuiltIn.end(), name) != kBuiltIn.end();
  if (!is_built_in || !get_string_or(*metadata, "namespace", "").empty()) return "";
  for (const std::string& macro : replaced) {
    if (is_of_all_tests(name_of(macro)) || dispatched(name_of(macro)) == "test_" + name) return macro;
  }
  return "";
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

TestMacros read_test_macros(const json::object& manifest) {
  std::vector<std::string> all = get_texts(manifest, "macro_ids");
  if (const json::object* macros = get_object(manifest, "macros")) {
    for (const auto& [id, macro] : *macros)
      all.emplace_back(id);
  }
  TestMacros out;
  for (const std::string& macro : all) {
    const std::string name = name_of(macro);
    const bool is_test = std::any_of(kBuiltIn.begin(), kBuiltIn.end(), [&](std::string_view test) {
      return dispatched(name) == fmt::format("test_{}", test);
    });
    if (!is_of_dbt(macro) && (is_test || is_of_all_tests(name))) out.insert(macro);
  }
  return out;
}

std::string without_effect(const json::object& test, const TestMacros& macros) {
  if (const std::string macro = redefined_by(test, macros); !macro.empty()) {
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
