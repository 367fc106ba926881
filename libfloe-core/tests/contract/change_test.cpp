#include "contract/change.hpp"

#include "floe_test.hpp"

#include "base/diagnostics/render.hpp"

#include <fmt/format.h>

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
      {"{name: id, required: true}", "{name: id}", "breaking: `orders.id` is no longer required\n"},
      {"{name: id}", "{name: id, unique: true}", "additive: `orders.id` is now unique\n"},
      {"{name: id, unique: true}", "{name: id}", "breaking: `orders.id` is no longer unique\n"},
      {"{name: id, classification: pii}", "{name: id, classification: public}",
       "breaking: `orders.id` is classified `public`, it was `pii`\n"},
      {"{name: id, tags: [a], description: b}", "{name: id, tags: [c], description: d}",
       "patch: the description of `orders.id` changed\npatch: the tags of `orders.id` changed\n"},
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
      {"{property: tone, value: kind}", "{property: tone, value: rude}", "breaking: tone is rude, it was kind\n"},
      {"", "{property: latency, value: 1s, element: orders.id}", "additive: latency of orders.id was promised\n"},
      {"{property: latency, value: 1s}", "", "breaking: latency is no longer promised\n"},
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
