#include "rules/policy/policy.hpp"

#include "../../manifest_text.hpp"
#include "floe_test.hpp"
#include "rules/policy/test_effect.hpp"

#include "base/diagnostics/render.hpp"

namespace {

using namespace floe;

config::PlatformManifest manifest_of(const std::string& yaml) { return read_manifest_text(yaml).manifest; }

constexpr const char* kMedallion =
    "metadata: {name: acme, version: \"1.0.0\"}\n"
    "data_architecture: {pattern: medallion, naming: {enforcement: strict}}\n"
    "governance: {quality_gates: {minimum_test_coverage: 50, layer_thresholds: {gold: 100}, require_descriptions: "
    "true}}\n";

policy::ModelGraph graph_of(std::vector<policy::Model> models) { return {"shop", std::move(models), {}, 0, {}}; }

std::vector<std::string> problems(const config::PlatformManifest& manifest, const policy::ModelGraph& graph,
                                  void (*check)(policy::PolicyRun&)) {
  policy::PolicyRun run{manifest, graph, ""};
  check(run);
  std::vector<std::string> out;
  for (const policy::Verdict& verdict : run.verdicts) {
    if (!verdict.problem.empty()) out.push_back(verdict.model + " " + verdict.problem + "; " + verdict.expected);
  }
  return out;
}

// A manifest as floe.dbt/1 gives it, with one model that reads another.
constexpr const char* kManifest = R"({"metadata": {"project_name": "shop"}, "nodes": {
  "model.shop.bronze_a": {"resource_type": "model", "package_name": "shop", "name": "bronze_a",
    "original_file_path": "models/bronze_a.sql", "description": "Raw."},
  "model.shop.gold_a": {"resource_type": "model", "package_name": "shop", "name": "gold_a",
    "original_file_path": "models/gold_a.sql", "depends_on": {"nodes": ["model.shop.bronze_a"]}}},
  "places": {"model.shop.gold_a": {"name": ["models/m.yml", 3, 11, 3, 17],
    "inputs": {"model.shop.bronze_a": ["models/gold_a.sql", 2, 14, 2, 24]}}}})";

}  // namespace

TEST_CASE("findings stand where the name or the reference is written") {
  const auto manifest = manifest_of(kMedallion);
  const auto graph = policy::read_model_graph(kManifest);
  FLOE_REQUIRE_OK(graph);
  policy::PolicyRun run{manifest, *graph, "dbt/"};
  policy::check_layers(run);
  policy::check_descriptions(run);
  DiagnosticSink sink;
  for (const policy::Verdict& verdict : run.verdicts) {
    if (!verdict.problem.empty()) sink.report(verdict.diagnostic);
  }
  RenderOptions render;
  render.format = DiagnosticFormat::kConcise;
  CHECK(render_diagnostics(sink.sorted(), render) ==
        "dbt/models/gold_a.sql:2:14: error[FLOE-E0702]: model `gold_a` of layer gold reads `bronze_a` of layer bronze\n"
        "dbt/models/m.yml:3:11: error[FLOE-E0721]: model `gold_a` has no description\n");
}

TEST_CASE("names need a layer's prefix and snake case") {
  const auto manifest = manifest_of(kMedallion);
  const auto graph = graph_of({{"model.shop.bronze_a", "bronze_a", "a.sql", "", {}, {}},
                               {"model.shop.stg_payments", "stg_payments", "b.sql", "", {}, {}},
                               {"model.shop.gold_X", "gold_X", "c.sql", "", {}, {}}});
  CHECK(
      problems(manifest, graph, policy::check_naming) ==
      std::vector<std::string>{
          "stg_payments violates naming convention; bronze_*, silver_*, or gold_* prefix",
          "gold_X violates naming convention; gold_* with a lower-case letter, then letters, digits and underscores"});
}

TEST_CASE("an alias says the layer that the name says") {
  const auto manifest = manifest_of(kMedallion);
  auto graph = graph_of({{"model.shop.bronze_a", "bronze_a", "", "", {}, {}},
                         {"model.shop.bronze_b", "bronze_b", "", "", {}, {}},
                         {"model.shop.gold_c", "gold_c", "", "", {}, {}},
                         {"model.shop.gold_d.v2", "gold_d", "", "", {}, {}}});
  graph.other_nodes = {{"seed.shop.codes", "codes", "", "", {}, {}},
                       {"snapshot.shop.history", "history", "", "", {}, {}},
                       {"seed.pk.theirs", "theirs", "", "", {}, {}}};
  const char* const names[] = {"bronze_a", "stg_b", "silver_c", "gold_d_v2", "codes", "stg_history", "stg_theirs"};
  std::size_t next = 0;
  for (std::vector<policy::Model>* list : {&graph.models, &graph.other_nodes}) {
    for (policy::Model& node : *list)
      node.table = names[next++];
  }
  CHECK(problems(manifest, graph, policy::check_naming) ==
        std::vector<std::string>{
            "bronze_b has the alias `stg_b`, which violates the naming convention; bronze_* prefix",
            "gold_c has the alias `silver_c`, which violates the naming convention; gold_* prefix",
            "history has the alias `stg_history`, which violates the naming convention; bronze_*, silver_*, or gold_* "
            "prefix",
            "theirs has the alias `stg_theirs`, which violates the naming convention; bronze_*, silver_*, or gold_* "
            "prefix"});
}

TEST_CASE("layers read what their pattern lets them read") {
  const auto manifest = manifest_of(kMedallion);
  const auto graph =
      graph_of({{"model.shop.bronze_a", "bronze_a", "", "", {}, {"source.shop.raw.a"}},
                {"model.shop.silver_a", "silver_a", "", "", {}, {"model.shop.bronze_a", "seed.shop.s"}},
                {"model.shop.gold_a", "gold_a", "", "", {}, {"model.shop.bronze_a", "source.shop.raw.a"}}});
  CHECK(problems(manifest, graph, policy::check_layers) ==
        std::vector<std::string>{"gold_a reads `bronze_a` of layer bronze; layer gold reads models of silver, gold",
                                 "gold_a reads the raw source `a`; layer gold reads models of silver, gold"});
}

TEST_CASE("a snapshot and a model of a package count as what they derive from") {
  const auto manifest = manifest_of(kMedallion);
  auto graph = graph_of({{"model.shop.bronze_a", "bronze_a", "", "", {}, {"snapshot.shop.of_raw"}},
                         {"model.shop.silver_a", "silver_a", "", "", {}, {"snapshot.shop.of_bronze", "seed.shop.s"}},
                         {"model.shop.gold_a", "gold_a", "", "", {}, {"snapshot.shop.of_raw"}},
                         {"model.shop.gold_b", "gold_b", "", "", {}, {"model.pk.silver_of_raw"}},
                         {"model.shop.gold_c", "gold_c", "", "", {}, {"model.pk.silver_kept"}},
                         {"model.shop.gold_d", "gold_d", "", "", {}, {"model.pk.mart"}}});
  graph.other_nodes = {{"snapshot.shop.of_raw", "of_raw", "", "", {}, {"source.shop.raw.a"}},
                       {"snapshot.shop.of_bronze", "of_bronze", "", "", {}, {"model.shop.bronze_a"}},
                       {"source.shop.raw.a", "raw.a", "", "", {}, {}},
                       {"model.pk.bronze_of_raw", "bronze_of_raw", "", "", {}, {"source.shop.raw.a"}},
                       {"model.pk.silver_kept", "silver_kept", "", "", {}, {"model.pk.bronze_of_raw"}},
                       {"model.pk.silver_of_raw", "silver_of_raw", "", "", {}, {"source.shop.raw.a"}},
                       {"model.pk.mart", "mart", "", "", {}, {"model.pk.silver_kept", "snapshot.shop.of_bronze"}}};
  CHECK(
      problems(manifest, graph, policy::check_layers) ==
      std::vector<std::string>{
          "gold_a reads snapshot `of_raw`, which reads the raw source `a`; layer gold reads models of silver, gold",
          "gold_b reads model `silver_of_raw`, which reads the raw source `a`; layer gold reads models of silver, gold",
          "gold_d reads model `mart`, which reads `bronze_a` of layer bronze; layer gold reads models of silver, "
          "gold"});
}

TEST_CASE("a dependency that is not allowed says what to type, and where") {
  const auto manifest = manifest_of(kMedallion);
  const auto graph = graph_of({{"model.shop.bronze_a", "bronze_a", "", "", {}, {"model.shop.silver_a"}},
                               {"model.shop.silver_a", "silver_a", "", "", {}, {"source.shop.raw.a"}},
                               {"model.shop.gold_a", "gold_a", "", "", {}, {"model.shop.bronze_a"}}});
  policy::PolicyRun run{manifest, graph, ""};
  policy::check_layers(run);
  std::vector<std::string> helps;
  for (const policy::Verdict& verdict : run.verdicts)
    helps.insert(helps.end(), verdict.diagnostic.helps.begin(), verdict.diagnostic.helps.end());
  CHECK(helps == std::vector<std::string>{
                     "models that may read `silver_a` begin with `silver_`, `gold_`; rename this one",
                     "the platform team allows it in `manifest.yaml`: under `data_architecture.layers`, "
                     "`{name: bronze, prefix: bronze_, reads_from: [silver]}`",
                     "read `a` in a model of layer bronze, for example `models/bronze_a.sql`, and write "
                     "`ref('bronze_a')` here",
                     "read `bronze_a` in a model of layer silver, for example `models/silver_a.sql`, and write "
                     "`ref('silver_a')` here",
                     "the platform team allows it in `manifest.yaml`: under `data_architecture.layers`, "
                     "`{name: gold, prefix: gold_, reads_from: [silver, gold, bronze]}`"});
}

TEST_CASE("coverage counts declared columns with a test, per layer") {
  const auto manifest = manifest_of(kMedallion);
  const auto graph = graph_of({{"model.shop.bronze_a", "bronze_a", "", "", {{"x", "", true}, {"y", "", false}}, {}},
                               {"model.shop.bronze_b", "bronze_b", "", "", {{"x", "", false}, {"y", "", false}}, {}},
                               {"model.shop.gold_a", "gold_a", "", "", {{"x", "", true}, {"y", "", false}}, {}},
                               {"model.shop.gold_b", "gold_b", "", "", {}, {}}});
  CHECK(problems(manifest, graph, policy::check_coverage) ==
        std::vector<std::string>{"bronze_b has tests on 0 of 2 columns (0%); at least 50%",
                                 "gold_a has tests on 1 of 2 columns (50%); at least 100% in layer gold"});
}

TEST_CASE("a test counts for coverage when it can fail") {
  const auto manifest = manifest_of(kMedallion);
  const auto graph = policy::read_model_graph(R"({"metadata": {"project_name": "shop"}, "nodes": {
    "model.shop.gold_a": {"resource_type": "model", "package_name": "shop", "name": "gold_a",
      "original_file_path": "a.sql", "columns": {"id": {"name": "id"}, "name": {"name": "name"}}},
    "test.shop.a": {"resource_type": "test", "unique_id": "test.shop.a", "attached_node": "model.shop.gold_a",
      "column_name": "id", "test_metadata": {"name": "not_null"}},
    "test.shop.b": {"resource_type": "test", "unique_id": "test.shop.b", "attached_node": "model.shop.gold_a",
      "column_name": "name", "test_metadata": {"name": "unique"}, "config": {"where": "1 = 0"}},
    "test.shop.c": {"resource_type": "test", "unique_id": "test.shop.c", "attached_node": "model.shop.gold_a",
      "column_name": "id", "test_metadata": {"name": "not_null", "namespace": "other"},
      "config": {"where": "id > 1", "fail_calc": "count(id) + 0"}}},
    "macro_ids": ["macro.dbt.test_unique", "macro.dbt.default__test_unique", "macro.shop.default__test_not_null",
      "macro.shop.latest__test"]})");
  FLOE_REQUIRE_OK(graph);
  CHECK(problems(manifest, *graph, policy::check_coverage) ==
        std::vector<std::string>{"gold_a has a test without effect: `not_null` on `id`; tests that can fail",
                                 "gold_a has a test without effect: `unique` on `name`; tests that can fail",
                                 "gold_a has tests on 1 of 2 columns (50%); at least 100% in layer gold"});
}

TEST_CASE("a constant names nothing") {
  for (const char* sql : {"1=0", "false", " NOT (true and 'a' = 'it''s') ", "null", "1 in (2, 3)", "0"})
    CHECK(policy::is_constant(sql));
  for (const char* sql : {"id > 1", "\"1\" = 1", "count(*)", "1 = x1", "'a' = name", "exists (select 1)"})
    CHECK_FALSE(policy::is_constant(sql));
}

TEST_CASE("a description says something") {
  const auto manifest = manifest_of(kMedallion);
  const auto graph = graph_of({{"model.shop.bronze_a", "bronze_a", "", "Raw customers.", {}, {}},
                               {"model.shop.bronze_b", "bronze_b", "", " ", {}, {}},
                               {"model.shop.bronze_c", "bronze_c", "", "TBD", {}, {}}});
  CHECK(
      problems(manifest, graph, policy::check_descriptions) ==
      std::vector<std::string>{"bronze_b has no description; a description in its .yml file",
                               "bronze_c has a description that says nothing: `TBD`; a description in its .yml file"});
}

TEST_CASE("a model keeps its rows as long as the platform allows") {
  struct Case {
    const char* governance;
    const char* meta;
    std::vector<std::string> problems;
  };

  for (const Case& c : {
           Case{"{data_retention_days: 90}", "{}", {}},
           Case{"{data_retention_days: 90}", R"({"retention_days": 90})", {}},
           Case{"{data_retention_days: 90}",
                R"({"retention_days": 91})",
                {"m has `meta.retention_days: 91`; at most 90 days"}},
           Case{"{retention: {min: 30, max: 365, default: 90}}", R"({"retention_days": 365})", {}},
           Case{"{retention: {min: 30, max: 365, default: 90}}",
                R"({"retention_days": 29})",
                {"m has `meta.retention_days: 29`; 30 to 365 days"}},
           Case{"{retention: {max: 365, default: 90}}",
                R"({"retention_days": 366})",
                {"m has `meta.retention_days: 366`; at most 365 days"}},
           Case{
               "{retention: {max: 7}}", R"({"retention_days": 8})", {"m has `meta.retention_days: 8`; at most 7 days"}},
           Case{
               "{retention: {max: 7}}", R"({"retention_days": 0})", {"m has `meta.retention_days: 0`; at most 7 days"}},
           Case{"{retention: {min: 7}}",
                R"({"retention_days": 6})",
                {"m has `meta.retention_days: 6`; at least 7 days"}},
           Case{"{retention: {min: 7}}",
                R"({"retention_days": "10"})",
                {R"(m has `meta.retention_days: "10"`; at least 7 days)"}},
       }) {
    CAPTURE(c.governance, c.meta);
    const auto manifest =
        manifest_of(std::string("metadata: {name: acme, version: \"1.0.0\"}\ngovernance: ") + c.governance);
    auto graph = graph_of({{"model.shop.m", "m", "", "", {}, {}}});
    graph.models.front().meta_json = c.meta;
    CHECK(problems(manifest, graph, policy::check_retention) == c.problems);
  }
}

TEST_CASE("whatever writes a table of a domain writes under its name") {
  const auto manifest =
      manifest_of("metadata: {name: sales, version: \"1.0.0\"}\nscope: domain\nparent_manifest: enterprise.yaml\n");
  const auto graph = policy::read_model_graph(R"({"metadata": {"project_name": "shop"}, "nodes": {
    "model.shop.a": {"resource_type": "model", "package_name": "shop", "name": "a", "schema": "sales.main"},
    "model.shop.b": {"resource_type": "model", "package_name": "shop", "name": "b", "schema": "salesman"},
    "seed.shop.c": {"resource_type": "seed", "package_name": "shop", "name": "c", "schema": "sales"},
    "seed.shop.d": {"resource_type": "seed", "package_name": "shop", "name": "d", "schema": "public"},
    "snapshot.pack.e": {"resource_type": "snapshot", "package_name": "pack", "name": "e", "schema": "finance.main"}},
    "sources": {"source.shop.raw.f": {"name": "f", "source_name": "raw", "schema": "finance.raw"}}})");
  FLOE_REQUIRE_OK(graph);
  compile::IngestionSource inside;
  inside.name = "g";
  inside.table = {"sales", "raw", "g"};
  compile::IngestionSource outside = inside;
  outside.name = "h";
  outside.table = {"raw", "h"};
  const std::vector sources = {inside, outside};
  policy::PolicyRun run{manifest, *graph, ""};
  run.ingestion = sources;
  policy::check_namespaces(run);
  std::vector<std::string> findings;
  for (const policy::Verdict& verdict : run.verdicts)
    findings.push_back(verdict.model + ": " + verdict.diagnostic.message);
  CHECK(findings == std::vector<std::string>{"a: ", "b: model `b` writes to `salesman`, outside of domain `sales`",
                                             "d: seed `d` writes to `public`, outside of domain `sales`",
                                             "e: snapshot `e` writes to `finance.main`, outside of domain `sales`",
                                             "h: ingestion source `h` writes to `raw`, outside of domain `sales`"});
}
