#include "rules/contract/change.hpp"

#include "floe_test.hpp"
#include "rules/contract/change_table.hpp"
#include "schema/odcs_shape.hpp"

#include "base/diagnostics/render.hpp"

#include <fmt/format.h>

#include <set>

namespace {

using namespace floe;

contract::Contract contract_of(const std::string& version, const std::string& columns, const std::string& levels) {
  DiagnosticSink sink;
  const std::string text = "apiVersion: v3.1.0\nkind: DataContract\nid: orders\nstatus: active\nversion: " + version +
                           "\nschema: [{name: orders, properties: [" + columns + "]}]\nslaProperties: [" + levels +
                           "]\n";
  auto contract = contract::read_contract(config::parse_document("/p/c.yaml", "c.yaml", text, sink), sink);
  REQUIRE(contract);
  return *contract;
}

// `breaking: message` of each change, then what the version check says.
std::string differences(const contract::Contract& older, const contract::Contract& newer) {
  std::string out;
  const auto changes = contract::compare_contracts(older, newer);
  for (const contract::Change& change : changes)
    out += fmt::format("{}: {}\n", contract::change_kind_name(change.kind), change.message);
  DiagnosticSink sink;
  contract::check_version_step(older, newer, changes, sink);
  RenderOptions render;
  render.format = DiagnosticFormat::kConcise;
  return out + render_diagnostics(sink.sorted(), render);
}

}  // namespace

TEST_CASE("changes of columns have the kind that readers notice") {
  struct Case {
    const char* before;
    const char* after;
    const char* expected;
  };

  const std::vector<Case> cases = {
      {"{name: id}", "{name: ID}", ""},
      {"{name: id}", "{name: id}, {name: note}", "additive: `orders.note` was added\n"},
      {"{name: id}, {name: note}", "{name: id}", "breaking: `orders.note` was removed\n"},
      {"{name: id, logicalType: integer}", "{name: id, logicalType: string}",
       "breaking: `orders.id` is `string`, it was `integer`\n"},
      {"{name: id, physicalType: int}", "{name: id, physicalType: long}",
       "additive: the type of `orders.id` in the table is `long`, it was `int`\n"},
      {"{name: id, physicalType: long}", "{name: id, physicalType: int}",
       "breaking: the type of `orders.id` in the table is `int`, it was `long`\n"},
      {"{name: id}", "{name: id, required: true}", "breaking: `orders.id` is now required\n"},
      {"{name: id}", "{name: id, required: false, tags: []}", ""},
      {"{name: id, required: true}", "{name: id}", "breaking: `orders.id` is no longer required\n"},
      {"{name: id}", "{name: id, unique: true}", "additive: `orders.id` is now unique\n"},
      {"{name: id, unique: true}", "{name: id}", "breaking: `orders.id` is no longer unique\n"},
      {"{name: id, classification: pii}", "{name: id, classification: public}",
       "breaking: the classification of `orders.id` is `public`, it was `pii`\n"},
      {"{name: id, tags: [a], description: b}", "{name: id, tags: [c], description: d}",
       "patch: the tags of `orders.id` changed\npatch: the description of `orders.id` changed\n"},
      {"{name: c, logicalType: object, properties: [{name: n}]}",
       "{name: c, logicalType: object, properties: [{name: m}]}",
       "additive: `orders.c.m` was added\nbreaking: `orders.c.n` was removed\n"},
      {"{name: l, logicalType: array, items: {logicalType: string}}",
       "{name: l, logicalType: array, items: {logicalType: integer}}",
       "breaking: `orders.l.items` is `integer`, it was `string`\n"},
  };
  for (const Case& c : cases)
    CHECK(differences(contract_of("1.0.0", c.before, ""), contract_of("2.0.0", c.after, "")) == c.expected);
}

TEST_CASE("changes of types and limits are breaking when fewer or other values fit") {
  struct Case {
    const char* before;
    const char* after;
    const char* expected;
  };

  const std::vector<Case> cases = {
      {"{name: id, physicalType: INTEGER}", "{name: id, physicalType: int}", ""},
      {"{name: id, physicalType: int}", "{name: id, physicalType: BIGINT}",
       "additive: the type of `orders.id` in the table is `BIGINT`, it was `int`\n"},
      {"{name: id, physicalType: 'decimal(9, 2)'}", "{name: id, physicalType: 'NUMERIC(12,2)'}",
       "additive: the type of `orders.id` in the table is `NUMERIC(12,2)`, it was `decimal(9, 2)`\n"},
      {"{name: id, physicalType: 'decimal(9, 2)'}", "{name: id, physicalType: 'decimal(9, 4)'}",
       "breaking: the type of `orders.id` in the table is `decimal(9, 4)`, it was `decimal(9, 2)`\n"},
      {"{name: id, physicalType: VARCHAR(20)}", "{name: id, physicalType: text}",
       "additive: the type of `orders.id` in the table is `text`, it was `VARCHAR(20)`\n"},
      {"{name: id, physicalType: VARCHAR(20)}", "{name: id, physicalType: varchar(5)}",
       "breaking: the type of `orders.id` in the table is `varchar(5)`, it was `VARCHAR(20)`\n"},
      {"{name: id, physicalType: 'INTEGER[]'}", "{name: id, physicalType: list<long>}",
       "additive: the type of `orders.id` in the table is `list<long>`, it was `INTEGER[]`\n"},
      {"{name: id, physicalType: float}", "{name: id, physicalType: int}",
       "breaking: the type of `orders.id` in the table is `int`, it was `float`\n"},
      {"{name: id, logicalType: string, logicalTypeOptions: {maxLength: 20, minLength: 2}}",
       "{name: id, logicalType: string, logicalTypeOptions: {maxLength: 5, minLength: 1}}",
       "breaking: the maxLength of `orders.id` is `5`, it was `20`\n"
       "additive: the minLength of `orders.id` is `1`, it was `2`\n"},
      {"{name: id, logicalType: string}", "{name: id, logicalType: string, logicalTypeOptions: {pattern: a+}}",
       "breaking: the pattern of `orders.id` is `a+`, it was not said\n"},
      {"{name: id, logicalType: date, logicalTypeOptions: {minimum: '2020-01-01'}}",
       "{name: id, logicalType: date, logicalTypeOptions: {minimum: '2019-01-01'}}",
       "additive: the minimum of `orders.id` is `2019-01-01`, it was `2020-01-01`\n"},
      {"{name: id, logicalType: integer, logicalTypeOptions: {format: i32}}",
       "{name: id, logicalType: integer, logicalTypeOptions: {format: i64}}",
       "additive: the format of `orders.id` is `i64`, it was `i32`\n"},
      {"{name: id}", "{name: id, physicalName: ID}", ""},
      {"{name: id}", "{name: id, physicalName: key}", "breaking: the column of `orders.id` is `key`, it was `id`\n"},
      {"{name: id, quality: [{metric: nullValues, mustBe: 0}, {metric: rowCount, mustBeGreaterThan: 5}]}",
       "{name: id, quality: [{metric: rowCount, mustBeGreaterThan: 6, severity: error}]}",
       "additive: the mustBeGreaterThan of quality rule `rowCount` of `orders.id` is `6`, it was `5`\n"
       "patch: the severity of quality rule `rowCount` of `orders.id` changed\n"
       "breaking: quality rule `nullValues` of `orders.id` was removed\n"},
      {"{name: id, quality: [{name: few, metric: rowCount, mustBeLessThan: 5}]}",
       "{name: id, quality: [{name: few, metric: rowCount, mustBeLessThan: 7}]}",
       "breaking: the mustBeLessThan of quality rule `few` of `orders.id` is `7`, it was `5`\n"},
      {"{name: id, relationships: [{to: a.id}]}", "{name: id, relationships: [{to: b.id}]}",
       "additive: the relationship of `orders.id` to `b.id` was added\n"
       "breaking: the relationship of `orders.id` to `a.id` was removed\n"},
  };
  for (const Case& c : cases)
    CHECK(differences(contract_of("1.0.0", c.before, ""), contract_of("2.0.0", c.after, "")) == c.expected);
}

TEST_CASE("a contract as a whole is another one, or promises less") {
  struct Case {
    const char* before;
    const char* after;
    const char* expected;
  };

  const std::vector<Case> cases = {
      {"id: a", "id: b", "breaking: the id of the contract is `b`, it was `a`\n"},
      {"status: active", "status: retired", "breaking: the status of the contract is `retired`, it was `active`\n"},
      {"status: active", "status: deprecated",
       "additive: the status of the contract is `deprecated`, it was `active`\n"},
      {"status: draft", "status: active", "additive: the status of the contract is `active`, it was `draft`\n"},
      {"status: active", "status: odd", "breaking: the status of the contract is `odd`, it was `active`\n"},
      {"domain: sales", "domain: web", "patch: the domain of the contract changed\n"},
      {"price: {priceAmount: 9.5}", "price: {priceAmount: 10}",
       "breaking: the priceAmount of `price` is `10`, it was `9.5`\n"},
      {"servers: [{server: a, type: api, location: x}]", "servers: [{server: a, type: api, location: y}]",
       "breaking: the location of server `a` is `y`, it was `x`\n"},
      {"roles: [{role: a}]", "roles: [{role: b}]", "additive: role `b` was added\nbreaking: role `a` was removed\n"},
      {"schema: [{name: t, properties: [{name: s, enum: [{value: a}, {value: b}]}]}]",
       "schema: [{name: t, properties: [{name: s, enum: [{value: a}, {value: b}, {value: c}]}]}]",
       "additive: the enum of `t.s` is `[{\"value\":\"a\"},{\"value\":\"b\"},{\"value\":\"c\"}]`, it was "
       "`[{\"value\":\"a\"},{\"value\":\"b\"}]`\n"},
      {"schema: [{name: t, properties: [{name: s, logicalType: map, map: {key: {logicalType: string}, value: "
       "{logicalType: integer}}}]}]",
       "schema: [{name: t, properties: [{name: s, logicalType: map, map: {key: {logicalType: string}, value: "
       "{logicalType: string}}}]}]",
       "breaking: `t.s.map.value` is `string`, it was `integer`\n"},
  };
  const auto read = [](const std::string& version, const char* line) {
    const std::string text = fmt::format("apiVersion: v3.2.0\nkind: DataContract\nversion: {}\n{}{}\n", version,
                                         std::string_view(line).starts_with("id") ? "" : "id: o\n", line);
    DiagnosticSink sink;
    const auto contract = contract::read_contract(config::parse_document("/p/c.yaml", "c.yaml", text, sink), sink);
    REQUIRE(contract);
    return *contract;
  };
  for (const Case& c : cases)
    CHECK(differences(read("1.0.0", c.before), read("2.0.0", c.after)) == c.expected);
}

namespace {

using contract::Part;

// Members of a shape that the table of changes does not have, and what the table says of parts inside of it.
void find_undecided(const config::Shape& shape, Part part, std::set<const config::Shape*>* seen, std::string* out) {
  if (!seen->insert(&shape).second) return;
  if (shape.element != nullptr) find_undecided(*shape.element, part, seen, out);
  if (shape.untyped != nullptr) find_undecided(*shape.untyped, part, seen, out);
  for (const config::Variant& variant : shape.variants)
    find_undecided(*variant.shape, part, seen, out);
  for (const config::Key& key : shape.keys) {
    const contract::Meaning* meaning = contract::find_meaning(part, key.name);
    // Where the data is has a member for each of its forty kinds of server: other_meaning.
    if (meaning == nullptr && part != Part::kServer) *out += fmt::format("{} of {}\n", key.name, shape.what);
    const bool has_parts = meaning != nullptr && (meaning->compare == contract::Compare::kPart ||
                                                  meaning->compare == contract::Compare::kParts);
    if (has_parts) find_undecided(*key.shape, meaning->part, seen, out);
  }
}

}  // namespace

TEST_CASE("a change of every member of ODCS has a meaning") {
  for (const int minor : {0, 1, 2}) {
    const contract::OdcsShape shape(minor);
    std::set<const config::Shape*> seen;
    std::string undecided;
    find_undecided(shape.contract(), Part::kContract, &seen, &undecided);
    CHECK(undecided.empty());
    CHECK(seen.size() > 80);
  }
}

TEST_CASE("service levels are compared as numbers") {
  struct Case {
    const char* before;
    const char* after;
    const char* expected;
  };

  const std::vector<Case> cases = {
      {"{property: freshness, value: 24, unit: h}", "{property: freshness, value: P1D}", ""},
      {"{property: freshness, value: PT24H}", "{property: freshness, value: 12h}",
       "additive: freshness is 12h, it was PT24H\n"},
      {"{property: freshness, value: 1d}", "{property: freshness, value: 25, unit: hours}",
       "breaking: freshness is 25hours, it was 1d\n"},
      {"{property: availability, value: 99.9%}", "{property: availability, value: 99.5%}",
       "breaking: availability is 99.5%, it was 99.9%\n"},
      {"{property: retention, value: 1, unit: d}", "{property: retention, value: 1, unit: w}",
       "additive: retention is 1w, it was 1d\n"},
      {"{property: errorRate, value: 1, unit: percent}", "{property: er, value: 5, unit: percent}",
       "breaking: errorRate is 5percent, it was 1percent\n"},
      {"{property: ly, value: 1d}", "{property: ly, value: 5d}", "breaking: latency is 5d, it was 1d\n"},
      {"{property: endOfLife, value: 2030-01-01}", "{property: el, value: 2031-01-01}",
       "additive: endOfLife is 2031-01-01, it was 2030-01-01\n"},
      {"{property: generalAvailability, value: 2030-01-01}", "{property: ga, value: 2031-01-01}",
       "breaking: generalAvailability is 2031-01-01, it was 2030-01-01\n"},
      {"{property: pages, value: 1}", "{property: pages, value: 2}", "breaking: pages is 2, it was 1\n"},
      {"{property: tone, value: kind}", "{property: tone, value: rude}", "breaking: tone is rude, it was kind\n"},
      {"", "{property: latency, value: 1s, element: orders.id}", "additive: latency of orders.id was added\n"},
      {"{property: latency, value: 1s}", "", "breaking: latency was removed\n"},
  };
  for (const Case& c : cases)
    CHECK(differences(contract_of("1.0.0", "", c.before), contract_of("2.0.0", "", c.after)) == c.expected);
}

TEST_CASE("a version follows another by the step that its changes demand") {
  struct Case {
    const char* before;
    const char* after;
    const char* columns;
    const char* help;  // "" = the step is far enough
  };

  const char* same = "{name: id, logicalType: integer}";
  const char* more = "{name: id, logicalType: integer}, {name: b}";
  const char* other = "{name: id, logicalType: string}";
  const std::vector<Case> cases = {
      {"1.0.0", "1.0.0", same, ""},
      {"1.2.3", "1.2.2", same, "write `version: 1.2.3`"},
      {"1.0", "1.0.1", more, "write `version: 1.1.0`"},
      {"1.0", "1.1", more, ""},
      {"1.4.0", "1.5.0", other, "write `version: 2.0.0`"},
      {"1.4.0", "v2.0.0", other, ""},
      {"0.3.1", "0.3.2", other, "write `version: 0.4.0`"},
      {"0.3.1", "0.3.2", more, ""},
      {"1.4.0", "2.0.0-rc.1", other, ""},
      {"2.0.0-rc.1", "2.0.0-rc.2", other, ""},
      {"2.0.0-rc.1", "2.0.0", other, ""},
      {"1.4.1-rc.1", "1.4.1", other, "write `version: 2.0.0`"},
      {"1.5.0-rc.1", "1.5.0", more, ""},
      {"1.4.0", "1.4.0-rc.1", same, "write `version: 1.4.0`"},
      {"2.0.0-rc.2", "2.0.0-rc.1", same, "write `version: 2.0.0`"},
  };
  for (const Case& c : cases) {
    const auto older = contract_of(fmt::format("\"{}\"", c.before), same, "");
    const auto newer = contract_of(fmt::format("\"{}\"", c.after), c.columns, "");
    DiagnosticSink sink;
    contract::check_version_step(older, newer, contract::compare_contracts(older, newer), sink);
    std::string helps;
    for (const Diagnostic& diagnostic : sink.all())
      helps += diagnostic.code == "FLOE-E0375" ? diagnostic.helps.at(0) : diagnostic.message;
    CHECK(helps == c.help);
  }
}
