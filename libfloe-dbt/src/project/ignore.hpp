// .dbtignore: the patterns of gitignore files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

class IgnoreRules {
 public:
  IgnoreRules() = default;
  explicit IgnoreRules(std::string_view text);

  // `path` is relative to the project, with `/`.
  [[nodiscard]] bool matches(std::string_view path) const;

  [[nodiscard]] bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    std::string pattern;  // for base/text's path glob
    bool negated = false;
    bool directory_only = false;
  };

  std::vector<Rule> rules_;
};

}  // namespace floe::dbt
