#include "../support/parse_fixture.hpp"
#include "floe_test.hpp"

#include <fmt/format.h>

using floe::dbt::parsed;

namespace {

std::string listed(const floe::dbt::ParsedProject& project) {
  std::string found;
  for (const auto& finding : project.sink.sorted()) {
    found += finding.code + " " + finding.message;
    for (const std::string& help : finding.helps)
      found += "; " + help;
    found += "\n";
  }
  return found;
}

}  // namespace

TEST_CASE("a missing ref points at the reference and names what is near") {
  const auto project = parsed(
      {{"models/orders.sql", "select 1 as id\n"}, {"models/report.sql", "\nselect *\nfrom {{ ref('ordrs') }}\n"}});
  CHECK(project.findings() == R"(error[FLOE-E0608]: model `report` depends on `ordrs`, which was not found
 --> models/report.sql:3:13
  |
3 | from {{ ref('ordrs') }}
  |             ^^^^^^^
  |
  = note: there are `orders`, `report`
  = help: write `orders`
)");
}

TEST_CASE("a missing source points at the table") {
  const auto project = parsed({{"models/a.sql", "select * from {{ source('raw', 'customer') }}\n"},
                               {"models/s.yml", "sources:\n  - name: raw\n    tables: [{name: customers}]\n"}});
  CHECK(project.findings() == R"(error[FLOE-E0609]: model `a` depends on source `raw.customer`, which was not found
 --> models/a.sql:1:32
  |
1 | select * from {{ source('raw', 'customer') }}
  |                                ^^^^^^^^^^
  |
  = note: there are `raw.customers`
  = help: write `raw.customers`
)");
}

TEST_CASE("a ring of models is shown whole") {
  const auto project = parsed({{"models/a.sql", "select * from {{ ref('b') }}\n"},
                               {"models/b.sql", "select * from {{ ref('c') }}\n"},
                               {"models/c.sql", "select * from {{ ref('a') }}\n"}});
  const auto findings = project.sink.sorted();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].code == "FLOE-E0610");
  CHECK(findings[0].message == "models depend on each other in a ring: a -> b -> c -> a");
  CHECK(findings[0].labels.size() == 3);
}

TEST_CASE("a disabled model is told from a missing one") {
  const auto project = parsed(
      {{"models/a.sql", "{{ config(enabled=false) }} select 1"}, {"models/b.sql", "select * from {{ ref('a') }}"}});
  const auto findings = project.sink.sorted();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message == "model `b` depends on `a`, which is disabled");
}

TEST_CASE("two models of one name are shown together") {
  const auto project = parsed({{"models/x/a.sql", "select 1"}, {"models/y/a.sql", "select 2"}});
  const auto findings = project.sink.sorted();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].code == "FLOE-E0611");
  CHECK(findings[0].labels.size() == 2);
}

TEST_CASE("an unknown test names the nearest one") {
  const auto project =
      parsed({{"models/a.sql", "select 1 as id"},
              {"models/s.yml", "models:\n  - name: a\n    columns:\n      - name: id\n        data_tests: [uniqe]\n"}});
  CHECK(project.findings() == R"(error[FLOE-E0621]: there is no test `uniqe`
 --> models/s.yml:5:22
  |
5 |         data_tests: [uniqe]
  |                      ^^^^^
  |
  = note: a test is a `{% test name(model) %}` block in macros/ or tests/generic/ of the project or a package
  = help: write `unique`
)");
}

TEST_CASE("problems of several files come in one run") {
  const auto project = parsed({{"models/a.sql", "select {{ 1 +"},
                               {"models/b.sql", "{{ config(enabled='maybe') }} select 1"},
                               {"models/c.sql", "select * from {{ ref('nowhere') }}"},
                               {"models/s.yml", "models:\n  - nme: a\n  - name: gone\n"}});
  std::vector<std::string> codes;
  for (const auto& finding : project.sink.sorted())
    codes.push_back(finding.code);
  std::sort(codes.begin(), codes.end());
  CHECK(codes ==
        std::vector<std::string>{"FLOE-E0606", "FLOE-E0608", "FLOE-E0613", "FLOE-E0614", "FLOE-W1602", "FLOE-W1606"});
}

TEST_CASE("settings of dbt_project.yml that no resource has") {
  const auto project = parsed(
      {{"dbt_project.yml",
        "name: shop\nmodels:\n  +tags: [a]\n  shop:\n    stagin: {+enabled: false}\n    marts: {eu: {meta: {a: "
        "1}}, +meta: {b: 2}}\n    off: {+enabled: false}\n  shoop: {empty: {}}\n  shap: {deep: {+enabled: false}}\n"
        "data_tests: {shop: {+severity: warn}}\nseeds: {shop: {+quote_columns: true}}\n"},
       {"models/staging/a.sql", "select 1 as id"},
       {"models/marts/b.sql", "select 1 as id"},
       {"models/off/c.sql", "select 1 as id"}});
  CHECK(listed(project) ==
        "FLOE-W1607 no model is below `models.shop.stagin`, so what is set there does nothing; write `staging`\n"
        "FLOE-W1607 no model is below `models.shop.marts.eu`, so what is set there does nothing\n"
        "FLOE-W1607 no model is below `models.shap`, so what is set there does nothing; write `shop`\n"
        "FLOE-W1607 no test is below `data_tests.shop`, so what is set there does nothing\n"
        "FLOE-W1607 no seed is below `seeds.shop`, so what is set there does nothing\n");
}

TEST_CASE("a template error shows the macros on its way") {
  const auto project = parsed({{"macros/m.sql",
                                "{% macro outer() %}\n{{ inner_one() }}\n{% endmacro %}\n{% macro inner_one() %}\n  {{ "
                                "exceptions.raise_compiler_error('no way') }}\n{% endmacro %}\n"},
                               {"models/a.sql", "select 1,\n  {{ outer() }}\n"}});
  CHECK(project.findings() == R"(error[FLOE-E0607]: no way
 --> macros/m.sql:5:3
  |
2 | {{ inner_one() }}
  | ----------------- in macro `outer`
...
5 |   {{ exceptions.raise_compiler_error('no way') }}
  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in macro `inner_one`
 ::: models/a.sql:2:3
  |
2 |   {{ outer() }}
  |   -------------
)");
}

TEST_CASE("no project file") {
  floe::dbt::FixedEnvironment environment;
  floe::dbt::FixedClock clock;
  floe::DiagnosticSink sink;
  auto files = floe::io::make_memory_file_system();
  floe::dbt::ParseOptions options;
  options.workspace.project_dir = "/nowhere";
  CHECK(floe::dbt::parse_project(options, *files, environment, clock, nullptr, sink) == nullptr);
  REQUIRE(sink.error_count() == 1);
  CHECK(sink.all()[0].message == "no dbt_project.yml in `/nowhere`");
}

TEST_CASE("what is not built is told once per kind, with names") {
  const auto project = parsed({{"models/a.sql", "select 1 as id"},
                               {"models/one.yml",
                                "unit_tests:\n  - {name: first, model: a}\n  - {name: second, model: a}\n"
                                "metrics: [{name: revenue}]\n"},
                               {"models/two.yml", "unit_tests: [{name: third, model: a}]\n"}});
  CHECK(project.findings() == R"(warning[FLOE-W1605]: unit tests are not run by this version
 --> models/one.yml:1:1
  |
1 | unit_tests:
  | ^^^^^^^^^^
  |
  = note: `first`, `second`, `third`
  = note: also in models/two.yml:1

warning[FLOE-W1605]: metrics are left out by this version
 --> models/one.yml:4:1
  |
4 | metrics: [{name: revenue}]
  | ^^^^^^^
  |
  = note: `revenue`
)");
}

TEST_CASE("tests and what they stand in have the shape that dbt reads, or are refused") {
  struct Case {
    const char* yaml;  // of the schema file
    const char* expected;
  };

  const auto test = GENERATE(
      Case{"models: [{name: a, columns: [{name: id, data_tests: unique}]}]\n", "1:53 `data_tests` must be a list"},
      Case{"models: [{name: a, columns: {id: {data_tests: [unique]}}}]\n", "1:29 `columns` must be a list"},
      Case{"models: [{name: a, tests: {unique: {column_name: id}}}]\n", "1:27 `tests` must be a list"},
      Case{"models: [{name: a, columns: [{name: id, tests: [unique], data_tests: [not_null]}]}]\n",
           "1:41 `tests` and `data_tests` are one key, and stand here both"},
      Case{"sources: [{name: raw, tables: {t: {data_tests: [{unique: {column_name: id}}]}}}]\n",
           "1:31 `tables` must be a list"},
      Case{"models: [{name: a, config: \"enabled=false\"}]\n", "1:28 `config` must be a mapping"},
      Case{"models: [{name: a, config: [{materialized: table}]}]\n", "1:28 `config` must be a mapping"},
      Case{"models: [{name: a, versions: {v: 1}}]\n", "1:30 `versions` must be a list"},
      Case{"models: [{name: a, config: , columns: , tests: [], data_tests: }]\n", ""});
  INFO(test.yaml);
  const auto project = parsed({{"models/a.sql", "select 1 as id\n"}, {"models/s.yml", test.yaml}});
  std::string found;
  for (const auto& finding : project.sink.sorted())
    found += fmt::format("{}:{} {}", finding.primary()->line, finding.primary()->column, finding.message);
  CHECK(found == test.expected);
}

TEST_CASE("keys dbt does not know are told, with the one probably meant") {
  const auto project = parsed({{"models/a.sql", "select 1 as id\n"},
                               {"models/s.yml",
                                "models:\n  - name: a\n    descripton: x\n    columns:\n      - name: id\n"
                                "        tets: [unique]\nmodel: []\n"
                                "sources:\n  - name: raw\n    tables: [{name: t, loaded_at: x}]\n"}});
  CHECK(listed(project) ==
        "FLOE-W1606 unknown key `descripton` in a model does nothing; write `description`\n"
        "FLOE-W1606 unknown key `tets` in a column does nothing; write `tests`\n"
        "FLOE-W1606 unknown key `model` in a schema file does nothing; write `models`\n"
        "FLOE-W1606 unknown key `loaded_at` in a table of a source does nothing\n");
}

TEST_CASE("of very many unknown keys the first are told, and how many there are") {
  std::string keys;
  for (int i = 0; i < 103; ++i)
    keys += "k" + std::to_string(i) + ": 1\n";
  const auto project = parsed({{"models/s.yml", keys}});
  const auto findings = project.sink.sorted();
  REQUIRE(findings.size() == 101);
  CHECK(std::count_if(findings.begin(), findings.end(),
                      [](const auto& finding) { return finding.message == "3 more unknown keys do nothing"; }) == 1);
}

TEST_CASE("two models whose tables differ only in case are one table") {
  const auto project = parsed({{"models/Orders.sql", "select 1 as id\n"}, {"models/orders.sql", "select 2 as id\n"}});
  const auto findings = project.sink.sorted();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].code == "FLOE-E0617");
  CHECK(findings[0].labels.size() == 2);
}
