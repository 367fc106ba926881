#include "rules/contract/drift.hpp"

#include "floe_test.hpp"

#include <fmt/format.h>

using namespace floe;

TEST_CASE("a table is compared with the contract about it") {
  struct Case {
    const char* columns;  // of the contract
    std::vector<contract::TableColumn> table;
    const char* expected;
  };

  const std::vector<Case> cases = {
      {"{name: id, physicalType: BIGINT}", {{"ID", "long", false, {}}}, ""},
      {"{name: id, physicalType: long}",
       {{"id", "int", false, {}}},
       "type! `id` is int in the table, long in the contract\n"},
      {"{name: id, logicalType: integer}", {{"id", "long", false, {}}}, ""},
      {"{name: id, logicalType: number}", {{"id", "int", false, {}}}, ""},
      {"{name: id, logicalType: string}",
       {{"id", "int", false, {}}},
       "type! `id` is int in the table, string in the contract\n"},
      {"{name: at, logicalType: date}", {{"at", "timestamptz", false, {}}}, ""},
      {"{name: key, physicalName: id, logicalType: integer}", {{"ID", "int", false, {}}}, ""},
      {"{name: key, physicalName: nr}",
       {{"key", "int", false, {}}},
       "missing! the table has no column `nr`\nextra the contract has no column `key`\n"},
      {"{name: id}", {}, "missing! the table has no column `id`\n"},
      {"{name: id}",
       {{"id", "int", false, {}}, {"note", "string", false, {}}},
       "extra the contract has no column `note`\n"},
      {"{name: id, required: true}", {{"id", "int", true, {}}}, ""},
      {"{name: id, required: true}", {{"id", "int", false, 0}}, ""},
      {"{name: id, required: true}",
       {{"id", "int", false, 1}},
       "nullability! `id` is required, and 1 row is without a value\n"},
      {"{name: id, required: true}",
       {{"id", "int", false, {}}},
       "nullability `id` is required, and the table does not say whether it has rows without it\n"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.columns);
    DiagnosticSink sink;
    const std::string text =
        "apiVersion: v3.1.0\nkind: DataContract\nid: o\nstatus: active\nversion: 1.0.0\n"
        "schema: [{name: o, properties: [" +
        std::string(c.columns) + "]}]\n";
    const auto contract = contract::read_contract(config::parse_document("/p/c.yaml", "c.yaml", text, sink), sink);
    REQUIRE(contract);
    std::string found;
    for (const contract::Drift& drift : contract::compare_with_table(contract->objects.front(), c.table)) {
      found +=
          fmt::format("{}{} {}\n", contract::drift_kind_name(drift.kind), drift.is_breaking ? "!" : "", drift.message);
    }
    CHECK(found == c.expected);
  }
}
