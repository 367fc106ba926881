#include "project/ignore.hpp"

#include "floe_test.hpp"

TEST_CASE(".dbtignore follows the rules of gitignore") {
  struct Case {
    const char* rules;
    const char* path;
    bool ignored;
  };

  const Case each = GENERATE(values<Case>({
      {"*.py", "models/a.py", true},
      {"*.py", "models/a.sql", false},
      {"# comment\n\nmodels/old/", "models/old/a.sql", true},
      {"old/", "models/old/deep/a.sql", true},
      {"old/", "models/old.sql", false},
      {"/models/a.sql", "models/a.sql", true},
      {"/a.sql", "models/a.sql", false},
      {"models/**/x_*.sql", "models/p/q/x_1.sql", true},
      {"*.sql\n!keep.sql", "models/keep.sql", false},
      {"*.sql\n!keep.sql", "models/other.sql", true},
      {"models/a", "models/a/b.sql", true},
  }));
  CAPTURE(each.rules, each.path);
  CHECK(floe::dbt::IgnoreRules(each.rules).matches(each.path) == each.ignored);
}
