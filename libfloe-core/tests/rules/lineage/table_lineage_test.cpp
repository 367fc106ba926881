#include "floe_test.hpp"
#include "rules/lineage/lineage_graph.hpp"

namespace {

using namespace floe;
using lineage::InputField;

// items (stored) <- totals (ephemeral) <- orders (stored)
lineage::Graph graph() {
  const auto of_items = [](const char* column, const char* type, const char* subtype) {
    return policy::ColumnOrigin{"model.shop.items", column, type, subtype};
  };
  const auto of_totals = [](const char* column, const char* type, const char* subtype) {
    return policy::ColumnOrigin{"model.shop.totals", column, type, subtype};
  };
  lineage::Graph out;
  out["model.shop.items"] = {
      .id = "model.shop.items", .type = "model", .name = "items", .table = "main.items", .is_traced = true};
  out["model.shop.totals"] = {
      .id = "model.shop.totals",
      .type = "model",
      .name = "totals",
      .inputs = {"model.shop.items"},
      .is_traced = true,
      .columns = {{"order_id", "", {of_items("order_id", "DIRECT", "IDENTITY")}},
                  {"amount", "", {of_items("price", "DIRECT", "AGGREGATION"), of_items("kind", "INDIRECT", "FILTER")}},
                  {"guessed", "", {of_items("price", "DIRECT", "IDENTITY")}, false}},
      .rows = {of_items("order_id", "INDIRECT", "GROUP_BY")}};
  out["model.shop.orders"] = {.id = "model.shop.orders",
                              .type = "model",
                              .name = "orders",
                              .table = "main.orders",
                              .inputs = {"model.shop.totals"},
                              .is_traced = true,
                              .columns = {{"id", "", {of_totals("ORDER_ID", "DIRECT", "TRANSFORMATION")}},
                                          {"amount", "", {of_totals("amount", "DIRECT", "IDENTITY")}},
                                          {"is_large", "", {of_totals("amount", "INDIRECT", "CONDITIONAL")}},
                                          {"one", "", {}},
                                          {"unknown", "", {of_totals("guessed", "DIRECT", "IDENTITY")}},
                                          {"any", "", {}, false}},
                              .rows = {of_totals("order_id", "INDIRECT", "JOIN")}};
  return out;
}

}  // namespace

TEST_CASE("lineage of a table leads through ephemeral models to what is stored") {
  const lineage::TableLineage found = lineage::table_lineage(graph(), "model.shop.orders");
  REQUIRE(found.columns.size() == 4);
  CHECK(found.columns[0].name == "id");
  CHECK(found.columns[0].inputs == std::vector<InputField>{{"main.items", "order_id", "DIRECT", "TRANSFORMATION"}});
  CHECK(found.columns[1].inputs == std::vector<InputField>{{"main.items", "price", "DIRECT", "AGGREGATION"},
                                                           {"main.items", "kind", "INDIRECT", "FILTER"}});
  CHECK(found.columns[2].inputs == std::vector<InputField>{{"main.items", "price", "INDIRECT", "CONDITIONAL"},
                                                           {"main.items", "kind", "INDIRECT", "CONDITIONAL"}});
  CHECK(found.columns[3].name == "one");
  CHECK(found.columns[3].inputs.empty());
  CHECK(found.rows == std::vector<InputField>{{"main.items", "order_id", "INDIRECT", "JOIN"},
                                              {"main.items", "order_id", "INDIRECT", "GROUP_BY"}});
}

TEST_CASE("of a node that is not traced nothing is said") {
  lineage::Graph untraced = graph();
  untraced["model.shop.orders"].is_traced = false;
  CHECK(lineage::table_lineage(untraced, "model.shop.orders").columns.empty());
  CHECK(lineage::table_lineage(untraced, "model.shop.none").columns.empty());
}
