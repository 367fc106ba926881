#include "project/ignore.hpp"

#include "base/text/text.hpp"

namespace floe::dbt {

IgnoreRules::IgnoreRules(std::string_view text) {
  for (std::string_view line : text::split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    while (line.ends_with(' ') && !line.ends_with("\\ "))
      line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    Rule rule;
    if (line.starts_with('!')) {
      rule.negated = true;
      line.remove_prefix(1);
    }
    if (line.starts_with("\\#") || line.starts_with("\\!")) line.remove_prefix(1);
    if (line.ends_with('/')) {
      rule.directory_only = true;
      line.remove_suffix(1);
    }
    // A slash anywhere but at the end anchors the pattern at the project.
    const bool anchored = line.find('/') != std::string_view::npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    if (line.empty()) continue;
    rule.pattern = anchored ? std::string(line) : "**/" + std::string(line);
    rules_.push_back(std::move(rule));
  }
}

bool IgnoreRules::matches(std::string_view path) const {
  bool ignored = false;
  for (const Rule& rule : rules_) {
    if (rule.negated == !ignored) continue;  // cannot change the verdict
    bool hit = !rule.directory_only && text::matches_path_glob(rule.pattern, path);
    for (std::size_t slash = path.find('/'); !hit && slash != std::string_view::npos;
         slash = path.find('/', slash + 1)) {
      hit = text::matches_path_glob(rule.pattern, path.substr(0, slash));
    }
    if (hit) ignored = !rule.negated;
  }
  return ignored;
}

}  // namespace floe::dbt
