#include "model/read_grants.hpp"

#include "floe_test.hpp"

using floe::ErrorCode;
using floe::warehouse::Grants;
using floe::warehouse::ReadGrants;
using floe::warehouse::Relation;

namespace {

Grants shop() {
  Grants grants;
  grants.domain = "sales";
  grants.nodes = {{"model.shop.bronze_a", {"sales.main", "bronze_a"}},
                  {"model.shop.silver_y", {"sales.main", "silver_y"}},
                  {"model.shop.gold_x", {"sales.main", "gold_x"}},
                  {"model.shop.gold_x__dbt_tmp", {"sales.main", "gold_x__dbt_tmp"}},
                  {"model.shop.orders.v2", {"sales.main", "orders_v2"}},
                  {"test.shop.bronze_a", {"sales.main", "bronze_a"}}};
  grants.ingested = {{"sales.raw", "payments"}};
  grants.sources = {{"hr.main.people", "source.shop.hr.people"}};
  grants.inputs = {{"model.shop.gold_x", {"sales.main.silver_y"}}};
  return grants;
}

}  // namespace

TEST_CASE("a reader reads what the compiled product declares and nothing else") {
  struct Case {
    const char* node;
    Relation relation;
    const char* refusal;  // "" = granted
    const char* note = "";
    const char* help = "";
  };

  const char* const kDeclared = "it declares `sales.main.silver_y`";
  const char* const kOthers = "hooks, operations and queries read what the product makes, and its sources";
  const auto c = GENERATE_COPY(
      Case{"model.shop.gold_x", {"sales.main", "silver_y"}, ""},
      Case{"model.shop.gold_x", {"Sales.Main", "SILVER_Y"}, ""},
      Case{"model.shop.gold_x", {"sales.main", "gold_x"}, ""},
      Case{"model.shop.gold_x", {"sales.main", "gold_x__dbt_backup"}, ""}, Case{"", {"sales.main", "gold_x"}, ""},
      Case{"", {"sales.main", "gold_x__dbt_new"}, ""}, Case{"macro.shop.tidy", {"sales.raw", "payments"}, ""},
      Case{"macro.shop.tidy", {"hr.main", "people"}, ""},
      Case{"model.shop.gold_x",
           {"sales.main", "bronze_a"},
           "`model.shop.gold_x` may not read `sales.main.bronze_a`, which it does not declare",
           kDeclared,
           "write `{{ ref('bronze_a') }}` in its place"},
      Case{"model.shop.gold_x",
           {"sales.main", "orders_v2"},
           "`model.shop.gold_x` may not read `sales.main.orders_v2`, which it does not declare",
           kDeclared,
           "write `{{ ref('orders', version='2') }}` in its place"},
      Case{"model.shop.gold_x",
           {"sales.main", "gold_x__dbt_tmp"},
           "`model.shop.gold_x` may not read `sales.main.gold_x__dbt_tmp`, which it does not declare",
           kDeclared,
           "write `{{ ref('gold_x__dbt_tmp') }}` in its place"},
      Case{"model.shop.silver_y",
           {"hr.main", "people"},
           "`model.shop.silver_y` may not read `hr.main.people`, which it does not declare",
           "it declares no input",
           "write `{{ source('hr', 'people') }}` in its place"},
      Case{"model.shop.evil",
           {"sales.main", "silver_y"},
           "`model.shop.evil` may not read `sales.main.silver_y`: the compiled product does not have this node",
           "what runs is what was compiled",
           "compile with the flags and variables of the run"},
      Case{"",
           {"hr.main", "salaries"},
           "`hr.main.salaries` may not be read: the product does not declare it",
           kOthers,
           "declare it: `sources: [{name: ..., schema: hr.main, tables: [{name: salaries}]}]` in a .yml file of the "
           "project, and read it with `{{ source(...) }}`"});
  const ReadGrants grants(shop());
  const auto refused = grants.refusal(c.node, c.relation);
  CAPTURE(c.node, c.relation.dotted());
  CHECK(refused.has_value() == !std::string(c.refusal).empty());
  CHECK(grants.may_read(c.node, c.relation) == !refused.has_value());
  CHECK(grants.check(c.node, c.relation).has_value() == !refused.has_value());
  if (!refused) return;
  CHECK(refused->code == "FLOE-E0744");
  CHECK(refused->message == c.refusal);
  CHECK(refused->notes == std::vector<std::string>{c.note});
  CHECK(refused->helps == std::vector<std::string>{c.help});
}
