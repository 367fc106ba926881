#include "rules/policy/classification.hpp"

#include "../../manifest_text.hpp"
#include "floe_test.hpp"
#include "rules/policy/policy.hpp"

#include "base/diagnostics/render.hpp"

namespace {

using namespace floe;

constexpr const char* kManifest = R"({"metadata": {"project_name": "shop"}, "nodes": {
  "model.shop.stg": {"resource_type": "model", "package_name": "shop", "name": "stg", "original_file_path": "models/stg.sql",
    "depends_on": {"nodes": ["source.shop.raw.customers"]}},
  "model.shop.silver_contact": {"resource_type": "model", "package_name": "shop", "name": "silver_contact",
    "original_file_path": "models/silver_contact.sql", "depends_on": {"nodes": ["model.shop.stg"]},
    "columns": {"address": {"name": "address", "meta": {"classification": "internal"}},
                "hashed": {"name": "hashed", "meta": {"classification": "public", "masking": "sha256"}}}},
  "model.shop.gold_people": {"resource_type": "model", "package_name": "shop", "name": "gold_people",
    "original_file_path": "models/gold_people.sql", "depends_on": {"nodes": ["model.shop.silver_contact"]},
    "schema": "sales.main", "columns": {"n": {"name": "n"}}},
  "seed.shop.people": {"resource_type": "seed", "package_name": "shop", "name": "people", "schema": "sales.main",
    "columns": {"email": {"name": "email", "meta": {"classification": "pii"}}}},
  "snapshot.shop.history": {"resource_type": "snapshot", "package_name": "shop", "name": "history", "alias": "people_history",
    "schema": "sales.snapshots", "depends_on": {"nodes": ["seed.shop.people"]}}},
  "sources": {"source.shop.raw.customers": {"resource_type": "source", "source_name": "raw", "name": "customers",
    "schema": "raw", "identifier": "customers",
    "columns": {"email": {"name": "email", "meta": {"classification": "PII"}}, "id": {"name": "id"}}}}})";

policy::ColumnOrigin direct(const char* node, const char* column) { return {node, column, "DIRECT", "TRANSFORMATION"}; }

policy::ColumnLineage lineage() {
  return {{"model.shop.stg",
           {{{"id", "INTEGER", {direct("source.shop.raw.customers", "id")}},
             {"email", "VARCHAR", {direct("source.shop.raw.customers", "EMAIL")}}},
            {},
            ""}},
          {"model.shop.silver_contact",
           {{{"id", "INTEGER", {direct("model.shop.stg", "id"), {"model.shop.stg", "email", "INDIRECT", "FILTER"}}},
             {"address", "VARCHAR", {direct("model.shop.stg", "email")}},
             {"hashed", "VARCHAR", {direct("model.shop.stg", "email")}}},
            {},
            ""}},
          {"model.shop.gold_people",
           {{{"n", "VARCHAR", {direct("model.shop.silver_contact", "hashed")}},
             {"m", "VARCHAR", {direct("model.shop.silver_contact", "address")}}},
            {},
            ""}}};
}

policy::ModelGraph graph() {
  auto read = policy::read_model_graph(kManifest);
  FLOE_REQUIRE_OK(read);
  read->lineage = lineage();
  return *read;
}

// `address pii masked raw.customers.email -> ...`, one line for each column with a class.
std::string shown(const policy::ModelGraph& graph, const std::string& id) {
  std::string out;
  const policy::ColumnClasses classes = policy::classify(graph);
  for (const policy::ColumnClass& column : classes.at(id)) {
    if (column.classification.empty()) continue;
    out += column.name + " " + column.classification + (column.is_masked ? " masked " : " ") +
           policy::shown_path(column) + "\n";
  }
  return out;
}

std::string findings(const std::string& governance, const policy::ModelGraph& graph, void (*check)(policy::PolicyRun&),
                     const std::vector<compile::Destination>& destinations = {}) {
  const config::PlatformManifest manifest =
      read_manifest_text("metadata: {name: acme, version: \"1.0.0\"}\ndata_architecture: {pattern: medallion}\n" +
                         governance)
          .manifest;
  policy::PolicyRun run{manifest, graph, "", {}, destinations};
  run.sink_id = [](const std::string& type) {
    return type == "file" ? "io.floe.sink.files" : type.substr(type.find('@') + 1);
  };
  check(run);
  std::string out;
  for (const policy::Verdict& verdict : run.verdicts) {
    if (verdict.problem.empty()) continue;
    out += verdict.diagnostic.code + " " + verdict.model + " " + verdict.problem;
    for (const std::string& note : verdict.diagnostic.notes)
      out += "; " + note;
    out += "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("a class goes along direct lineage until it is masked") {
  CHECK(shown(graph(), "source.shop.raw.customers") == "email pii raw.customers.email\n");
  CHECK(shown(graph(), "model.shop.stg") == "email pii raw.customers.email -> stg.email\n");
  CHECK(shown(graph(), "model.shop.silver_contact") ==
        "address pii raw.customers.email -> stg.email -> silver_contact.address\n"
        "hashed public masked silver_contact.hashed\n");
  CHECK(shown(graph(), "model.shop.gold_people") ==
        "m pii raw.customers.email -> stg.email -> silver_contact.address -> gold_people.m\n");
  CHECK(policy::highest_classification(graph()) == "pii");
}

TEST_CASE("what is not traced has the highest class that is read") {
  policy::ModelGraph untraced = graph();
  untraced.lineage.at("model.shop.silver_contact") = {{}, {}, "Binder Error: no"};
  CHECK(shown(untraced, "model.shop.silver_contact") ==
        "address pii raw.customers.email -> stg.email -> silver_contact.address\n"
        "hashed public masked silver_contact.hashed\n"
        "* pii raw.customers.email -> stg.email -> silver_contact.*\n");
  CHECK(shown(untraced, "model.shop.gold_people") ==
        "m pii raw.customers.email -> stg.email -> silver_contact.address -> gold_people.m\n");
  DiagnosticSink sink;
  policy::warn_untraced(untraced, "dbt/", sink);
  RenderOptions render;
  render.format = DiagnosticFormat::kConcise;
  CHECK(render_diagnostics(sink.sorted(), render) ==
        "dbt/models/silver_contact.sql:1:1: warning[FLOE-W1702]: the columns of `silver_contact` cannot be traced: "
        "Binder "
        "Error: no\n");
  policy::ModelGraph guessed = graph();
  guessed.lineage.at("model.shop.silver_contact").columns[0].is_exact = false;
  CHECK(shown(guessed, "model.shop.silver_contact")
            .starts_with("id pii raw.customers.email -> stg.email -> silver_contact.id\n"));
}

TEST_CASE("no column is declared lower than what it derives from, and layers have limits") {
  CHECK(findings("governance: {classification: {enforcement: strict}}\n", graph(), policy::check_classification) ==
        "FLOE-E0752 silver_contact declares `address` internal, below pii; it comes from raw.customers.email -> "
        "stg.email -> "
        "silver_contact.address\n");
  CHECK(findings("governance: {classification: {layers: {gold: internal, silver: pii}}}\n", graph(),
                 policy::check_classification) ==
        "FLOE-E0753 gold_people carries `m` of class pii; it comes from raw.customers.email -> stg.email -> "
        "silver_contact.address -> gold_people.m\n"
        "FLOE-E0752 silver_contact declares `address` internal, below pii; it comes from raw.customers.email -> "
        "stg.email -> "
        "silver_contact.address\n");
}

TEST_CASE("a limit of a sink holds for each spelling of a destination") {
  struct Case {
    const char* sink;
    const char* table;
    const char* sent;  // "" = it may be delivered
  };

  const std::vector<Case> cases = {
      {"files", "gold_people", "sends `gold_people.m` of class pii"},
      {"files", "sales.main.gold_people", "sends `gold_people.m` of class pii"},
      {"files", "floe.Sales.MAIN.gold_people", "sends `gold_people.m` of class pii"},
      {"files@io.floe.sink.files", "people", "sends `people.email` of class pii"},
      {"file", "people", "sends `people.email` of class pii"},
      {"files", "history", "sends `history.*` of class pii"},
      {"files", "sales.snapshots.people_history", "sends `history.*` of class pii"},
      {"files", "raw.customers", "sends `raw.customers.email` of class pii"},
      {"files", "main.gold_people", "sends `main.gold_people`, whose classes are not known"},
      {"crm", "sales.main.gold_people", ""},
      {"open", "main.gold_people", ""},
  };
  for (const Case& c : cases) {
    INFO(c.sink << " " << c.table);
    compile::Destination destination;
    destination.name = "out";
    destination.sink.type = c.sink;
    destination.source_table = c.table;
    const std::string found = findings(
        "governance: {classification: {sinks: {\"files@io.floe.sink.files\": internal, files: restricted, open: "
        "pii}}}\n",
        graph(), policy::check_classification, {destination});
    const std::string expected = c.sent;
    CHECK((found.find("FLOE-E0753") == std::string::npos) == expected.empty());
    CHECK(found.find(expected) != std::string::npos);
  }
}

TEST_CASE("personal data is found through lineage") {
  const std::string demanded = "; the platform demands it: `governance.pii_encryption: required`";
  CHECK(findings("governance: {pii_encryption: required}\n", graph(), policy::check_pii) ==
        "FLOE-E0751 gold_people holds personal data in the clear: `m`" + demanded +
            "; it comes from raw.customers.email -> stg.email -> silver_contact.address -> gold_people.m\n"
            "FLOE-E0751 silver_contact holds personal data in the clear: `address`" +
            demanded +
            "; it comes from raw.customers.email -> stg.email -> silver_contact.address\n"
            "FLOE-E0751 stg holds personal data in the clear: `email`" +
            demanded + "; it comes from raw.customers.email -> stg.email\n");
}

TEST_CASE("a class is one of those that there are") {
  auto graph = policy::read_model_graph(R"({"metadata": {"project_name": "shop"}, "nodes": {
    "model.shop.orders": {"resource_type": "model", "package_name": "shop", "name": "orders",
      "original_file_path": "models/orders.sql", "columns": {
        "a": {"name": "a", "meta": {"classification": "PII"}}, "b": {"name": "b", "meta": {"classification": "p11"}},
        "c": {"name": "c", "meta": {"classification": ["pii"]}}, "d": {"name": "d", "tags": ["mine"]},
        "e": {"name": "e", "meta": {"classification": null}}}}},
    "sources": {"source.shop.raw.x": {"resource_type": "source", "source_name": "raw", "name": "x",
      "original_file_path": "models/s.yml", "columns": {"a": {"name": "a", "meta": {"classification": "secret"}}}}}})");
  FLOE_REQUIRE_OK(graph);
  DiagnosticSink sink;
  policy::check_class_words(*graph, "dbt/", sink);
  RenderOptions render;
  render.format = DiagnosticFormat::kConcise;
  CHECK(render_diagnostics(sink.sorted(), render) ==
        "dbt/models/orders.sql:1:1: error[FLOE-E0745]: column `orders.b` has the class `p11`, which there is not\n"
        "dbt/models/orders.sql:1:1: error[FLOE-E0745]: column `orders.c` has the class `[\"pii\"]`, which there is "
        "not\n"
        "dbt/models/s.yml:1:1: error[FLOE-E0745]: column `raw.x.a` has the class `secret`, which there is not\n");
  CHECK(sink.sorted()[0].helps == std::vector<std::string>{"write `classification: pii`"});
}
