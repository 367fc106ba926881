#include "rules/lineage/lineage_query.hpp"

#include "floe_test.hpp"

#include "base/diagnostics/diagnostic.hpp"

namespace {

using namespace floe;
using lineage::kNoLimit;
using lineage::Reach;

policy::ColumnOrigin origin(const char* node, const char* column, const char* type, const char* subtype) {
  return {node, column, type, subtype};
}

// raw.orders -> orders -> totals -> report
lineage::Graph graph() {
  lineage::Graph out;
  out["source.shop.raw.orders"] = {.id = "source.shop.raw.orders",
                                   .type = "source",
                                   .name = "raw.orders",
                                   .table = "raw.orders",
                                   .is_traced = true,
                                   .columns = {{"id", "", {}}, {"price", "", {}}}};
  out["model.shop.orders"] = {
      .id = "model.shop.orders",
      .type = "model",
      .name = "orders",
      .table = "main.orders",
      .inputs = {"source.shop.raw.orders"},
      .is_traced = true,
      .columns = {{"id", "", {origin("source.shop.raw.orders", "id", "DIRECT", "IDENTITY")}},
                  {"amount", "", {origin("source.shop.raw.orders", "price", "DIRECT", "TRANSFORMATION")}}},
      .rows = {origin("source.shop.raw.orders", "id", "INDIRECT", "FILTER")}};
  out["model.shop.totals"] = {
      .id = "model.shop.totals",
      .type = "model",
      .name = "totals",
      .table = "main.totals",
      .inputs = {"model.shop.orders"},
      .is_traced = true,
      .columns = {{"sum", "", {origin("model.shop.orders", "AMOUNT", "DIRECT", "AGGREGATION")}}},
      .rows = {origin("model.shop.orders", "amount", "INDIRECT", "FILTER")}};
  out["model.shop.report"] = {.id = "model.shop.report",
                              .type = "model",
                              .name = "report",
                              .table = "main.report",
                              .inputs = {"model.shop.totals"}};
  return out;
}

std::string names_around(const char* selector, Reach reach) {
  const lineage::Graph all = graph();
  const auto node = lineage::find_node(all, lineage::read_selector(selector, &reach));
  FLOE_REQUIRE_OK(node);
  std::string out;
  for (const std::string& id : lineage::nodes_around(all, **node, reach))
    out += all.at(id).name + " ";
  return out;
}

std::string edges(const char* column, Reach reach) {
  const lineage::Graph all = graph();
  const auto focus = lineage::read_column(all, column);
  FLOE_REQUIRE_OK(focus);
  std::string out;
  for (const lineage::ColumnEdge& edge : lineage::edges_around(all, *focus, reach)) {
    out += all.at(edge.from.node).name + "." + edge.from.column + " -> " + all.at(edge.to.node).name + "." +
           edge.to.column + " " + edge.subtype + "\n";
  }
  return out;
}

// Code and help of the diagnostic that an error carries.
std::string told(const Error& error) {
  const std::string* details = error.detail("floe.diagnostics");
  REQUIRE(details != nullptr);
  const auto diagnostics = diagnostics_from_json(*details);
  FLOE_REQUIRE_OK(diagnostics);
  REQUIRE(diagnostics->size() == 1);
  const Diagnostic& diagnostic = diagnostics->front();
  return diagnostic.code + ": " + diagnostic.message + " | " + (diagnostic.helps.empty() ? "" : diagnostic.helps[0]);
}

}  // namespace

TEST_CASE("a name selects what is around it, and dbt's operators say which way and how far") {
  CHECK(names_around("orders", {}) == "orders report totals raw.orders ");
  CHECK(names_around("main.orders", {kNoLimit, 0}) == "orders raw.orders ");
  CHECK(names_around("model.shop.orders", {0, 1}) == "orders totals ");
  CHECK(names_around("+orders", {0, 1}) == "orders raw.orders ");
  CHECK(names_around("orders+1", {}) == "orders totals ");
  CHECK(names_around("1+totals+", {}) == "orders report totals ");
}

TEST_CASE("a column is traced along values; what else decides is said of itself only") {
  CHECK(edges("totals.sum", {}) ==
        "orders.amount -> totals.sum AGGREGATION\n"
        "raw.orders.price -> orders.amount TRANSFORMATION\n"
        "orders.amount -> totals. FILTER\n");
  CHECK(edges("raw.orders.price", {}) ==
        "raw.orders.price -> orders.amount TRANSFORMATION\n"
        "orders.amount -> totals.sum AGGREGATION\n");
  CHECK(edges("raw.orders.price", {kNoLimit, 1}) == "raw.orders.price -> orders.amount TRANSFORMATION\n");
}

TEST_CASE("a step counts along the nearest way") {
  lineage::Graph all;
  const auto add = [&](const char* name, std::vector<policy::ColumnOrigin> origins) {
    all[name] = {
        .id = name, .type = "model", .name = name, .is_traced = true, .columns = {{"x", "", std::move(origins)}}};
  };
  const auto from = [](const char* name) { return origin(name, "x", "DIRECT", "IDENTITY"); };
  add("a", {});
  add("b", {from("a")});
  add("c", {from("b")});
  add("d", {from("c")});
  add("e", {from("d"), from("c")});  // by d first, and nearer without it
  std::string found;
  for (const lineage::ColumnEdge& edge : lineage::edges_around(all, {"e", "x"}, {3, 0}))
    found += edge.from.node + edge.to.node + " ";
  CHECK(found == "de ce cd bc ab ");
}

TEST_CASE("names that are not there get the nearest") {
  const lineage::Graph all = graph();
  CHECK(
      told(lineage::find_node(all, "ordres").error()) ==
      "FLOE-E0395: the product has no model, seed, snapshot, source, ingested file or destination `ordres` | a similar "
      "name exists: `orders`");
  CHECK(told(lineage::read_column(all, "orders.amonut").error()) ==
        "FLOE-E0396: model `orders` has no column `amonut` | a similar name exists: `orders.amount`");
  CHECK(told(lineage::read_column(all, "zzz.id").error()) ==
        "FLOE-E0395: the product has no model, seed, snapshot, source, ingested file or destination `zzz` | `floe "
        "lineage` lists all there are");
  CHECK(lineage::read_column(all, "amount").error().code == ErrorCode::kInvalidArgument);
  // Nothing is known of its columns: any may be there.
  CHECK(lineage::read_column(all, "report.total").has_value());
}
