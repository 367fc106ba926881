#include "../support/parse_fixture.hpp"
#include "floe_test.hpp"

using floe::dbt::parsed;

namespace {

const char* const kProject = "name: p\nprofile: shop\n";

}  // namespace

TEST_CASE("without profiles.yml the target is the platform's") {
  const auto project = parsed({{"models/a.sql", "select 1"}});
  CHECK(project.sink.error_count() == 0);
  const floe::dbt::Target& target = project.session->workspace->target;
  CHECK(target.type == "duckdb");
  CHECK(target.database == "floe");
  CHECK(target.schema == "main");
  CHECK(target.name == "dev");
  CHECK(project.node("model.p.a").relation_name == "\"floe\".\"main\".\"a\"");
}

TEST_CASE("profiles.yml gives target, schema, threads and vars") {
  const auto project = parsed({{"dbt_project.yml", kProject},
                               {"profiles.yml",
                                "shop:\n  target: prod\n  outputs:\n    prod: {type: duckdb, path: x.duckdb, schema: "
                                "\"{{ 'a' ~ 'b' }}\", threads: 7, vars: {v: 3}}\n"},
                               {"models/a.sql", "select {{ var('v') }}, '{{ target.name }}'"}});
  CHECK(project.findings().empty());
  const floe::dbt::Target& target = project.session->workspace->target;
  CHECK(target.name == "prod");
  CHECK(target.schema == "ab");
  CHECK(target.threads == 7);
  CHECK(project.node("model.p.a").relation_name == "\"floe\".\"ab\".\"a\"");
}

TEST_CASE("another database in the profile is a finding") {
  const auto project = parsed(
      {{"dbt_project.yml", kProject},
       {"profiles.yml", "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      database: other\n"}});
  CHECK(project.findings() == R"(error[FLOE-E0605]: database `other` is not the catalog of this platform
 --> profiles.yml:6:17
  |
6 |       database: other
  |                 ^^^^^
  |
  = note: tables go to the catalog `floe`
  = help: remove `database` from the profile; schema, threads and vars are used
)");
}

TEST_CASE("a target that is not there is a finding") {
  const auto project = parsed(
      {{"dbt_project.yml", kProject}, {"profiles.yml", "shop:\n  target: x\n  outputs:\n    dev: {type: duckdb}\n"}});
  REQUIRE(project.sink.error_count() == 1);
  CHECK(project.sink.all()[0].message == "profile `shop` has no target named `x`");
  CHECK(project.sink.all()[0].notes == std::vector<std::string>{"targets of this profile: `dev`"});
}

TEST_CASE("a profile or a folder of profiles that is asked for has to be there") {
  const char* const profiles = "mine:\n  target: dev\n  outputs: {dev: {type: duckdb, schema: analytics}}\n";
  const auto asked = [&](std::optional<std::string> directory, std::optional<std::string> name) {
    floe::dbt::WorkspaceOptions options;
    options.profiles_dir = std::move(directory);
    options.profile_name = std::move(name);
    return floe::dbt::ParsedProject({{"dbt_project.yml", kProject}, {"prof/profiles.yml", profiles}}, options);
  };
  CHECK(asked("/p/prof", "mine").session->workspace->target.schema == "analytics");
  CHECK(asked("/p/prof", std::nullopt).findings().empty());  // that of another project: the defaults stand
  CHECK(asked("/p/prof", "mien").findings() ==
        "error[FLOE-E0605]: there is no profile `mien`\n"
        " --> prof/profiles.yml\n"
        "  = note: profiles of this file: `mine`\n"
        "  = help: did you mean `--profile mine`?\n");
  CHECK(asked("/nope", std::nullopt).findings() ==
        "error[FLOE-E0605]: `--profiles-dir /nope` has no profiles.yml\n"
        "  = note: looked for /nope/profiles.yml\n");
  CHECK(asked(std::nullopt, "mine").findings() ==
        "error[FLOE-E0605]: there is no profiles.yml with the profile `mine`\n"
        "  = note: looked for /p/profiles.yml\n");
}
