#include "verbs/lineage_text.hpp"

#include "floe_test.hpp"

namespace {

std::string rendered(const char* answer) {
  const auto parsed = floe::parse_json_object(answer);
  FLOE_REQUIRE_OK(parsed);
  return floe::run::lineage_text(*parsed);
}

constexpr const char* kNodes = R"("nodes": [
  {"unique_id": "source.raw", "type": "source", "name": "raw.orders", "table": "raw.orders"},
  {"unique_id": "model.a", "type": "model", "name": "a", "table": "main.a"},
  {"unique_id": "model.b", "type": "model", "name": "b", "table": null},
  {"unique_id": "model.c", "type": "model", "name": "c", "table": "main.c"}])";
constexpr const char* kEdges =
    R"("edges": [{"from": "source.raw", "to": "model.a"}, {"from": "model.a", "to": "model.b"},
  {"from": "model.a", "to": "model.c"}, {"from": "model.b", "to": "model.c"}])";

}  // namespace

TEST_CASE("what is met twice is drawn once") {
  const std::string graph = std::string(kNodes) + ", " + kEdges + "}";
  CHECK(rendered((R"({"focus": null, )" + graph).c_str()) ==
        "raw.orders  source\n"
        "└── a\n"
        "    ├── b\n"
        "    │   └── c\n"
        "    └── c\n");
  CHECK(rendered((R"({"focus": {"node": "model.c", "column": null}, )" + graph).c_str()) ==
        "c  model  main.c\n"
        "reads\n"
        "├── a\n"
        "│   └── raw.orders  source\n"
        "└── b\n"
        "    └── a  (see above)\n");
}

TEST_CASE("a column says what it is made of, what decides about it, and what is made of it") {
  CHECK(rendered((R"({"focus": {"node": "model.a", "column": "x"}, )" + std::string(kNodes) + R"(,
    "columns": [{"node": "model.a", "column": "x", "type": "BIGINT", "exact": true}],
    "column_edges": [
      {"from": {"node": "source.raw", "column": "p"}, "to": {"node": "model.a", "column": "x"}, "type": "DIRECT", "subtype": "IDENTITY"},
      {"from": {"node": "source.raw", "column": "q"}, "to": {"node": "model.a", "column": null}, "type": "INDIRECT", "subtype": "JOIN"},
      {"from": {"node": "source.raw", "column": "q"}, "to": {"node": "model.a", "column": null}, "type": "INDIRECT", "subtype": "FILTER"},
      {"from": {"node": "model.a", "column": "x"}, "to": {"node": "model.c", "column": "y"}, "type": "DIRECT", "subtype": "AGGREGATION"},
      {"from": {"node": "model.a", "column": "x"}, "to": {"node": "model.c", "column": null}, "type": "INDIRECT", "subtype": "GROUP_BY"}]})")
                     .c_str()) ==
        "a.x  BIGINT\n"
        "comes from\n"
        "└── raw.orders.p  copied\n"
        "depends on\n"
        "└── raw.orders.q  join, filter\n"
        "used by\n"
        "└── c.y  aggregated\n"
        "decides about\n"
        "└── rows of c  grouping\n");
}

TEST_CASE("Graphviz is printed as it is") {
  CHECK(rendered(R"({"focus": null, "dot": "digraph lineage {\n}\n"})") == "digraph lineage {\n}\n");
}
