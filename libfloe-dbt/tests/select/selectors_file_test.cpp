#include "../support/parse_fixture.hpp"
#include "floe_test.hpp"

using floe::dbt::parsed;

TEST_CASE("selectors.yml: all problems, each at its place") {
  const auto project = parsed({{"models/a.sql", "select 1"}, {"selectors.yml", R"(selectors:
  - name: a
    definition: "colour:red"
  - name: b
    definition: {union: tag:x}
  - name: c
    definition: {method: tag}
  - definition: tag:x
  - name: d
    default: true
    definition: {method: fqn, value: a, parents_depth: far}
  - name: e
    default: true
    definition: {union: [a], intersection: [a]}
  - {name: f, default: true, definition: a}
  - {name: g, default: true, definition: {union: [{exclude: [a]}, {exclude: [a]}]}}
)"}});
  std::vector<std::string> found;
  for (const auto& finding : project.sink.sorted()) {
    found.push_back(std::to_string(finding.primary()->line) + ":" + std::to_string(finding.primary()->column) + " " +
                    finding.message.substr(0, 50));
  }
  CHECK(found == std::vector<std::string>{
                     "3:17 `colour` of `colour:red` is no selection method; u", "5:25 `union` must be a list",
                     "7:17 `method` of `method:tag` is no selection method; u",
                     "8:5 a selector needs a `name` and a `definition`",
                     "11:56 `parents_depth` must be a number of steps",
                     "14:17 `union` must be the only key of a definition", "16:67 a second `exclude` in one `union`"});
}

TEST_CASE("two default selectors are refused") {
  const auto project = parsed({{"models/a.sql", "select 1"}, {"selectors.yml", R"(selectors:
  - {name: f, default: true, definition: a}
  - {name: g, default: true, definition: a}
)"}});
  CHECK(project.findings() == R"(error[FLOE-E0622]: a second selector is the default
 --> selectors.yml:3:5
  |
3 |   - {name: g, default: true, definition: a}
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
)");
}
