#include "docs_page/project_nodes.hpp"

#include "floe_test.hpp"

using namespace floe;

namespace {

constexpr const char* kManifest = R"({
"metadata": {"project_name": "shop"},
"sources": {"source.shop.raw.orders": {"unique_id": "source.shop.raw.orders", "resource_type": "source", "source_name": "raw",
  "name": "orders", "identifier": "orders", "schema": "raw", "relation_name": "\"floe\".\"raw\".\"orders\"", "package_name": "shop"}},
"nodes": {
  "model.shop.orders": {"unique_id": "model.shop.orders", "resource_type": "model", "name": "orders", "alias": "orders", "schema": "main",
    "relation_name": "\"floe\".\"main\".\"orders\"", "package_name": "shop", "original_file_path": "models/orders.sql",
    "config": {"materialized": "table"}, "raw_code": "select 1", "depends_on": {"nodes": ["source.shop.raw.orders"]},
    "columns": {"email": {"name": "email", "data_type": "text", "meta": {"classification": "pii"}, "tags": []}}},
  "test.shop.unique": {"unique_id": "test.shop.unique", "resource_type": "test", "name": "unique_orders_email", "package_name": "shop",
    "config": {"severity": "WARN"}, "column_name": "email", "attached_node": "model.shop.orders",
    "test_metadata": {"name": "unique", "namespace": "dbt_utils"}, "depends_on": {"nodes": ["model.shop.orders"]}},
  "operation.shop.hook": {"unique_id": "operation.shop.hook", "resource_type": "operation", "name": "hook", "package_name": "shop"}},
"exposures": {"exposure.shop.board": {"unique_id": "exposure.shop.board", "resource_type": "exposure", "name": "board", "package_name": "shop",
    "owner": {"email": "ada@acme.example"}, "depends_on": {"nodes": ["model.shop.orders"]}}}})";

const json::object& node(const json::array& nodes, std::string_view id) {
  for (const json::value& value : nodes) {
    if (get_string_or(value.get_object(), "id", "") == id) return value.get_object();
  }
  FAIL("no node " << id);
  return nodes.front().get_object();
}

}  // namespace

TEST_CASE("nodes of the report: models, sources, tests and exposures, without hooks") {
  const auto nodes = docs_page::project_nodes(kManifest);
  FLOE_REQUIRE_OK(nodes);
  REQUIRE(nodes->size() == 4);
  CHECK(
      to_json(node(*nodes, "model.shop.orders")) ==
      R"({"id":"model.shop.orders","type":"model","name":"orders","package":"shop","path":"models/orders.sql","description":"",)"
      R"("materialized":"table","relation":"main.orders","tags":[],"meta":{},"owner":"","raw":"select 1","depends_on":["source.shop.raw.orders"],)"
      R"("columns":[{"name":"email","type":"text","description":"","tags":[],"classification":"pii","declared":true,"from":null}],"test":null})");
  CHECK(to_json(node(*nodes, "test.shop.unique").at("test")) ==
        R"({"name":"dbt_utils.unique","column":"email","attached":"model.shop.orders","severity":"warn"})");
  CHECK(node(*nodes, "source.shop.raw.orders").at("name") == "raw.orders");
  CHECK(node(*nodes, "exposure.shop.board").at("owner") == "ada@acme.example");
}

TEST_CASE("columns of the report come from where the compile found it") {
  auto nodes = docs_page::project_nodes(kManifest);
  FLOE_REQUIRE_OK(nodes);
  lineage::Graph graph;
  graph["model.shop.orders"] = {
      .id = "model.shop.orders",
      .type = "model",
      .name = "orders",
      .is_traced = true,
      .columns = {{"EMAIL", "VARCHAR", {{"source.shop.raw.orders", "mail", "DIRECT", "IDENTITY"}}},
                  {"n", "BIGINT", {}, false}},
      .rows = {{"source.shop.raw.orders", "deleted", "INDIRECT", "FILTER"}}};
  graph["source.shop.raw.orders"] = {.id = "source.shop.raw.orders", .type = "source", .name = "raw.orders"};
  docs_page::add_column_lineage(graph, &*nodes);
  const json::object& orders = node(*nodes, "model.shop.orders");
  CHECK(
      to_json(orders.at("columns")) ==
      R"([{"name":"email","type":"text","description":"","tags":[],"classification":"pii","declared":true,)"
      R"("from":[{"node":"source.shop.raw.orders","name":"raw.orders","column":"mail","how":"IDENTITY","direct":true}]},)"
      R"({"name":"n","type":"BIGINT","description":"","tags":[],"classification":"","declared":false,"from":null}])");
  CHECK(to_json(orders.at("rows")) ==
        R"([{"node":"source.shop.raw.orders","name":"raw.orders","column":"deleted","how":"FILTER","direct":false}])");
}

TEST_CASE("ingested files lead to their tables, and destinations from the tables they deliver") {
  auto nodes = docs_page::project_nodes(kManifest);
  FLOE_REQUIRE_OK(nodes);
  const auto artifact = parse_json_object(R"({
    "plugins": {"ingestion": {"config": {"sources": [{"name": "files", "format": "csv", "path": "data/*.csv", "table": "raw.orders"}]}}},
    "destinations": [{"name": "crm", "sink_type": "files", "source_table": "orders"}, {"name": "raw", "sink_type": "files", "source_table": "raw.orders"}]})");
  FLOE_REQUIRE_OK(artifact);
  docs_page::add_product_nodes(*artifact, "shop", &*nodes);
  CHECK(to_json(node(*nodes, "source.shop.raw.orders").at("depends_on")) == R"(["ingestion.shop.files"])");
  CHECK(to_json(node(*nodes, "destination.shop.crm").at("depends_on")) == R"(["model.shop.orders"])");
  CHECK(to_json(node(*nodes, "destination.shop.raw").at("depends_on")) == R"(["source.shop.raw.orders"])");
}
