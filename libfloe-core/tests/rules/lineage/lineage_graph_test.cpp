#include "rules/lineage/lineage_graph.hpp"

#include "floe_test.hpp"

namespace {

using namespace floe;
using policy::ColumnOrigin;

policy::Model model(const char* id, const char* name, std::vector<std::string> inputs, const char* schema) {
  policy::Model out;
  out.unique_id = id;
  out.name = name;
  out.inputs = std::move(inputs);
  out.schema = schema;
  out.table = std::string(name).substr(std::string(name).rfind('.') + 1);
  return out;
}

policy::ModelGraph models() {
  policy::ModelGraph out;
  const policy::Model orders = model("model.shop.orders", "orders", {"source.shop.raw.orders"}, "main");
  policy::Model totals = model("model.shop.totals", "totals", {"model.shop.orders"}, "main");
  totals.materialized = "ephemeral";
  const policy::Model source = model("source.shop.raw.orders", "raw.orders", {}, "raw");
  out.models = {orders, totals};
  out.other_nodes = {source};
  out.lineage = {
      {"model.shop.orders",
       {{{"id", "BIGINT", {{"source.shop.raw.orders", "id", "DIRECT", "IDENTITY"}}, true}, {"any", "", {}, false}},
        {},
        "",
        {{"source.shop.raw.orders", "deleted", "INDIRECT", "FILTER"}}}},
      {"model.shop.totals", {{}, {}, "Binder Error: no"}}};
  return out;
}

compile::Compiled compiled() {
  compile::Compiled out;
  out.product_name = "shop-360";
  out.ingestion.resize(1);
  out.ingestion[0].name = "files";
  out.ingestion[0].table = {"raw", "orders"};
  out.destinations.resize(2);
  out.destinations[0].name = "crm";
  out.destinations[0].source_table = "orders";
  out.destinations[1].name = "lake";
  out.destinations[1].source_table = "raw.orders";
  return out;
}

lineage::Graph make() {
  const policy::ModelGraph all = models();
  return lineage::make_graph(all, all.lineage, compiled());
}

}  // namespace

TEST_CASE("the artifact carries the lineage from files to destinations") {
  const lineage::Graph graph = make();
  const json::array list = lineage::graph_json(graph);
  CHECK(
      to_json(list) ==
      R"([{"unique_id":"destination.shop-360.crm","type":"destination","name":"crm","table":null,"depends_on":["model.shop.orders"],)"
      R"("columns":null,"rows":[],"problem":null},)"
      R"({"unique_id":"destination.shop-360.lake","type":"destination","name":"lake","table":null,"depends_on":["source.shop.raw.orders"],)"
      R"("columns":null,"rows":[],"problem":null},)"
      R"({"unique_id":"ingestion.shop-360.files","type":"ingestion","name":"files","table":null,"depends_on":[],)"
      R"("columns":null,"rows":[],"problem":null},)"
      R"({"unique_id":"model.shop.orders","type":"model","name":"orders","table":"main.orders","depends_on":["source.shop.raw.orders"],)"
      R"("columns":[{"name":"id","type":"BIGINT","exact":true,"from":[{"node":"source.shop.raw.orders","column":"id","type":"DIRECT",)"
      R"("subtype":"IDENTITY"}]},{"name":"any","type":null,"exact":false,"from":[]}],)"
      R"("rows":[{"node":"source.shop.raw.orders","column":"deleted","type":"INDIRECT","subtype":"FILTER"}],"problem":null},)"
      R"({"unique_id":"model.shop.totals","type":"model","name":"totals","table":null,"depends_on":["model.shop.orders"],)"
      R"("columns":null,"rows":[],"problem":"Binder Error: no"},)"
      R"({"unique_id":"source.shop.raw.orders","type":"source","name":"raw.orders","table":"raw.orders",)"
      R"("depends_on":["ingestion.shop-360.files"],"columns":null,"rows":[],"problem":null}])");

  const auto read = lineage::read_graph(json::object{{"lineage", list}});
  FLOE_REQUIRE_OK(read);
  CHECK(to_json(lineage::graph_json(*read)) == to_json(list));
  CHECK_FALSE(lineage::read_graph({}).has_value());
}

TEST_CASE("a column is found in any case") {
  const lineage::Graph graph = make();
  const lineage::Node& orders = graph.at("model.shop.orders");
  REQUIRE(orders.find_column("ID") != nullptr);
  CHECK(orders.find_column("ID")->name == "id");
  CHECK(orders.find_column("amount") == nullptr);
}
