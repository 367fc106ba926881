#include "rules/contract/check_ports.hpp"

#include "floe_test.hpp"
#include "rules/contract/sql_type.hpp"

#include "base/diagnostics/render.hpp"

using namespace floe;

TEST_CASE("SQL types have their words in Iceberg and in ODCS") {
  struct Case {
    const char* sql;
    const char* iceberg;
    const char* logical;
  };

  const std::vector<Case> cases = {
      {"BIGINT", "long", "integer"},
      {"int8", "long", "integer"},
      {"Integer", "int", "integer"},
      {"DECIMAL", "decimal(18, 3)", "number"},
      {"NUMERIC(9,2)", "decimal(9, 2)", "number"},
      {"decimal(9)", "decimal(9, 0)", "number"},
      {"VARCHAR(20)", "string", "string"},
      {"timestamp(6) with time zone", "timestamptz", "timestamp"},
      {"double precision", "double", "number"},
      {"VARCHAR[]", "list<string>", "array"},
      {"INTEGER[3][]", "list<list<int>>", "array"},
      {"STRUCT(a INTEGER, b MAP(VARCHAR, DECIMAL(9, 2)))", "struct<a: int, b: map<string, decimal(9, 2)>>", "object"},
      {"struct<a: int, b: list<string>>", "struct<a: int, b: list<string>>", "object"},
      {"fixed[16]", "fixed[16]", ""},
      {"BLOB", "binary", ""},
      {"GEOMETRY", "geometry", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.sql);
    CHECK(contract::iceberg_type(c.sql) == c.iceberg);
    CHECK(contract::iceberg_type(c.iceberg) == c.iceberg);
    CHECK(contract::logical_type(c.iceberg) == c.logical);
  }
}

TEST_CASE("output ports offer what the dbt project has") {
  policy::ModelGraph graph;
  policy::Model model;
  model.name = "customers";
  model.columns = {{"id", ""}, {"name", ""}};
  model.columns[0].data_type = "int8";
  graph.models = {model};
  model.name = "undeclared";
  model.columns.clear();
  graph.models.push_back(model);
  config::Ports ports;
  const auto add = [&](const char* name, const char* on,
                       const std::vector<std::pair<std::string, std::string>>& columns) {
    const std::int32_t line = static_cast<std::int32_t>(ports.outputs.size()) + 1;
    config::OutputPort port;
    port.name = name;
    port.model = {on, {"floe.yaml", line, 1, line, 2}};
    for (const auto& [column, type] : columns) {
      config::PortColumn& added = port.columns.emplace_back();
      added.name = column;
      added.type = type;
      added.span = added.type_span = port.model.span;
    }
    ports.outputs.push_back(std::move(port));
  };
  add("good", "customers", {{"ID", "BIGINT"}, {"name", "TEXT"}});
  add("typo", "custumers", {});
  add("columns", "customers", {{"id", "INTEGER"}, {"nmae", ""}, {"email", ""}});
  add("free", "undeclared", {{"anything", ""}});
  DiagnosticSink sink;
  contract::check_ports(ports, graph, sink);
  RenderOptions render;
  render.format = DiagnosticFormat::kConcise;
  CHECK(
      render_diagnostics(sink.all(), render) ==
      "floe.yaml:2:1: error[FLOE-E0377]: output port `typo` offers `custumers`, which is no model of the dbt project\n"
      "floe.yaml:3:1: error[FLOE-E0379]: port `columns` promises `id` as INTEGER, model `customers` declares it as "
      "int8\n"
      "floe.yaml:3:1: error[FLOE-E0378]: model `customers` declares no column `nmae`\n"
      "floe.yaml:3:1: error[FLOE-E0378]: model `customers` declares no column `email`\n");
}

TEST_CASE("written contracts promise what the dbt project has") {
  policy::Model model;
  model.name = "customers";
  model.columns = {{"id", ""}, {"name", ""}};
  model.columns[0].data_type = "varchar";
  const auto findings = [&](const std::string& properties) {
    DiagnosticSink sink;
    const std::string text =
        "apiVersion: v3.1.0\nkind: DataContract\nid: c\nstatus: active\nversion: 1.0.0\n"
        "schema: [{name: customers, properties: [" +
        properties + "]}]\n";
    const auto contract = contract::read_contract(config::parse_document("/p/c.yaml", "c.yaml", text, sink), sink);
    REQUIRE(contract);
    config::OutputPort port;
    port.name = "p";
    contract::check_written_columns(port, contract->objects.front(), model, sink);
    RenderOptions render;
    render.format = DiagnosticFormat::kConcise;
    return render_diagnostics(sink.all(), render);
  };
  CHECK(findings("{name: ID, logicalType: string, physicalType: TEXT}, {name: name, logicalType: integer}").empty());
  CHECK(findings("{name: key, physicalName: id, logicalType: string}").empty());
  CHECK(
      findings("{name: id, logicalType: integer}") ==
      "c.yaml:6:65: error[FLOE-E0379]: port `p` promises `id` as integer, model `customers` declares it as varchar\n");
  CHECK(findings("{name: id, logicalType: string, physicalType: int}") ==
        "c.yaml:6:87: error[FLOE-E0379]: port `p` promises `id` as int, model `customers` declares it as varchar\n");
  CHECK(findings("{name: id, physicalName: nr}") ==
        "c.yaml:6:48: error[FLOE-E0378]: model `customers` declares no column `nr`\n");
}
