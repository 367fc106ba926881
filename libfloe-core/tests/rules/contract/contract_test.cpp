#include "rules/contract/contract.hpp"

#include "floe_test.hpp"
#include "schema/odcs_shape.hpp"

#include "base/diagnostics/render.hpp"

namespace {

using namespace floe;

struct Reading {
  std::optional<contract::Contract> contract;
  std::string findings;  // concise, one per line
};

Reading read(const std::string& yaml) {
  DiagnosticSink sink;
  const config::Document document = config::parse_document("/p/c.yaml", "c.yaml", yaml, sink);
  Reading out;
  out.contract = contract::read_contract(document, sink);
  RenderOptions render;
  render.format = DiagnosticFormat::kConcise;
  out.findings = render_diagnostics(sink.sorted(), render);
  return out;
}

const std::string kHead = "kind: DataContract\nid: orders\nversion: 1.0.0\nstatus: active\n";

}  // namespace

TEST_CASE("a data contract is read") {
  const Reading reading = read(kHead + R"(apiVersion: v3.1.0
domain: sales
schema:
  - name: orders
    physicalName: sales.orders
    properties:
      - {name: id, logicalType: integer, required: true, primaryKey: true, unique: true}
      - name: customer
        logicalType: object
        properties: [{name: name, logicalType: string, classification: pii, tags: [gdpr]}]
      - {name: lines, logicalType: array, items: {logicalType: string, physicalType: varchar}}
slaProperties:
  - {property: freshness, value: 24, unit: h, element: orders.id}
)");
  CHECK(reading.findings == "");
  REQUIRE(reading.contract);
  const contract::Contract& found = *reading.contract;
  CHECK(found.id + " " + found.version + " " + found.status + " " + found.domain == "orders 1.0.0 active sales");
  REQUIRE(found.objects.size() == 1);
  const contract::Object& orders = found.objects[0];
  CHECK(orders.physical_name == "sales.orders");
  REQUIRE(orders.properties.size() == 3);
  CHECK((orders.properties[0].is_required && orders.properties[0].is_primary_key && orders.properties[0].is_unique));
  CHECK(orders.properties[1].properties.at(0).classification == "pii");
  CHECK(orders.properties[1].properties.at(0).tags == std::vector<std::string>{"gdpr"});
  CHECK(orders.properties[2].items.at(0).physical_type == "varchar");
  REQUIRE(found.service_levels.size() == 1);
  CHECK(found.service_levels[0].value == "24");
  CHECK(found.service_levels[0].span.line == 17);
}

TEST_CASE("mistakes in a data contract are found, each at its place") {
  struct Case {
    const char* yaml;
    const char* expected;
  };

  const std::vector<Case> cases = {
      {"apiVersion: v3.9.0\n", "c.yaml:5:13: error[FLOE-E0371]: `v3.9.0` is no version of ODCS that floe reads\n"},
      {"", "c.yaml:1:1: error[FLOE-E0371]: a data contract needs `apiVersion`\n"},
      {"apiVersion: v3.0.2\nschema:\n  - {name: a, logicalType: blob}\n",
       "c.yaml:7:28: error[FLOE-E0204]: `schema[0].logicalType` does not accept `blob`\n"},
      {"apiVersion: v3.1.0\nschema: [{name: a, properties: [{name: b, logicalType: map}]}]\n",
       "c.yaml:6:56: error[FLOE-E0204]: `schema[0].properties[0].logicalType` does not accept `map`\n"},
      {"apiVersion: v3.2.0\nschema: [{name: a, properties: [{name: b, logicalType: map}]}]\n",
       "c.yaml:6:33: error[FLOE-E0203]: a property needs `map`\n"},
      {"apiVersion: v3.2.0\nservers: [{server: a, type: mysql, host: h, port: 3306, database: d},\n"
       "  {server: b, type: mysql, host: h, port: \"3306\", database: d}]\n",
       ""},
      {"apiVersion: v3.1.0\nservers: [{server: b, type: mysql, host: h, port: \"3306\", database: d}]\n",
       "c.yaml:6:51: error[FLOE-E0202]: `servers[0].port` must be a whole number, not string\n"},
      {"apiVersion: v3.1.0\nteam: [{username: ada, rol: owner}]\n",
       "c.yaml:6:24: error[FLOE-E0201]: unknown key `rol` in a team member\n"},
      {"apiVersion: v3.0.0\nteam: [{rol: owner}]\nsupport: [{channel: x}]\n",
       "c.yaml:7:11: error[FLOE-E0203]: a support channel needs `url`\n"},
      {"apiVersion: v3.1.0\nservers: [{server: a, type: kafka}, {type: kafca, server: b}]\n",
       "c.yaml:6:11: error[FLOE-E0203]: a server needs `host`\n"
       "c.yaml:6:44: error[FLOE-E0204]: `servers[1].type` does not accept `kafca`\n"},
      {"apiVersion: v3.1.0\nschema: [{name: a, quality: [{metric: rowCount}, {metric: rowCount, mustBe: 1, mustNotBe: "
       "2},\n"
       "  {mustBe: 3}]}]\n",
       "c.yaml:6:31: error[FLOE-E0372]: a quality rule that measures needs one of its operators\n"
       "c.yaml:6:80: error[FLOE-E0372]: a quality rule has one operator, not two\n"
       "c.yaml:7:4: error[FLOE-E0372]: a library rule needs `metric`\n"},
      {"apiVersion: v3.1.0\nschema: [{name: a, quality: [{metric: rowCount, mustBeBetween: [1]}]}]\n",
       "c.yaml:6:64: error[FLOE-E0206]: `schema[0].quality[0].mustBeBetween` has 1 item, accepted are 2 to 2\n"},
      {"apiVersion: v3.0.2\nschema: [{name: a, quality: [{rule: x, mustBeBetween: [1, 1]}], properties: [\n"
       "  {name: b, logicalType: number, logicalTypeOptions: {multipleOf: 0}}]}]\n",
       "c.yaml:6:59: error[FLOE-E0373]: `schema[0].quality[0].mustBeBetween` has an item twice\n"
       "c.yaml:7:67: error[FLOE-E0206]: `schema[0].properties[0].logicalTypeOptions.multipleOf` is 0, not above 0\n"},
      {"apiVersion: v3.1.0\nschema: [{name: a, relationships: [{from: a.b, to: [c.d]}], properties: [{name: b}, {name: "
       "B}]}]\n",
       "c.yaml:6:52: error[FLOE-E0374]: `from` and `to` of a relationship are both one element, or both a list\n"
       "c.yaml:6:92: error[FLOE-E0373]: `B` is there twice\n"},
      {"apiVersion: v3.1.0\nschema: [{name: a, properties: [{name: b, relationships: [{to: nowhere}]}]}]\n",
       "c.yaml:6:64: error[FLOE-E0205]: `schema[0].properties[0].relationships[0].to` is not well formed\n"},
  };
  for (const Case& c : cases)
    CHECK(read(kHead + c.yaml).findings == c.expected);
}
