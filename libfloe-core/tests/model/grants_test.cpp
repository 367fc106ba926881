#include "model/grants.hpp"

#include "floe_test.hpp"

using floe::ErrorCode;
using floe::warehouse::check_namespace;
using floe::warehouse::check_owned;
using floe::warehouse::check_write;
using floe::warehouse::Grants;
using floe::warehouse::Relation;

namespace {

Grants shop() {
  Grants grants;
  grants.domain = "sales";
  grants.nodes = {{"model.shop.orders", {"sales.main", "orders"}},
                  {"model.shop.orders_tmp", {"sales.main", "orders__dbt_tmp"}},
                  {"test.shop.t", {"sales.main_dbt_test__audit", "t"}},
                  {"test.shop.named", {"sales.main", "orders"}}};
  grants.ingested = {{"sales.raw", "payments"}};
  grants.others = {{"sales.main.customers", "`sales.crm` of crm@example.com"}};
  grants.inputs = {{"model.shop.orders", {"sales.raw.payments"}}, {"test.shop.t", {}}};
  grants.sources = {{"sales.raw.payments", "source.shop.raw.payments"}};
  return grants;
}

}  // namespace

TEST_CASE("a writer changes what the compiled product makes and nothing else") {
  struct Case {
    const char* node;
    Relation relation;
    const char* refusal;  // "" = granted
  };

  const auto c = GENERATE(
      Case{"model.shop.orders", {"sales.main", "orders"}, ""}, Case{"model.shop.orders", {"Sales.Main", "ORDERS"}, ""},
      Case{"model.shop.orders", {"sales.main", "orders__dbt_backup"}, ""},
      Case{"test.shop.t", {"sales.main_dbt_test__audit", "t"}, ""}, Case{"", {"sales.main", "anything"}, ""},
      Case{"macro.shop.tidy", {"sales.old", "orders"}, ""},
      Case{"model.shop.orders", {"sales.main", "items"}, "`model.shop.orders` may not change `sales.main.items`"},
      Case{"model.shop.orders", {"sales.x", "orders"}, "`model.shop.orders` may not change `sales.x.orders`"},
      Case{"model.shop.orders",
           {"sales.main", "orders__dbt_tmp"},
           "`model.shop.orders` may not change `sales.main.orders__dbt_tmp`"},
      Case{"test.shop.named", {"sales.main", "orders"}, "`test.shop.named` may not change `sales.main.orders`"},
      Case{"model.shop.evil",
           {"sales.main", "evil"},
           "`model.shop.evil` may not change `sales.main.evil`: the compiled product does not have this node"},
      Case{"macro.shop.tidy",
           {"hr.main", "people"},
           "`hr.main.people` may not be changed: it is outside of domain `sales`"},
      Case{"macro.shop.tidy",
           {"salesforce", "people"},
           "`salesforce.people` may not be changed: it is outside of domain `sales`"},
      Case{"macro.shop.tidy",
           {"sales.main", "customers"},
           "table `sales.main.customers` belongs to product `sales.crm` of crm@example.com"});
  const auto written = check_write(shop(), c.node, c.relation);
  CAPTURE(c.node, c.relation.dotted());
  CHECK(written.has_value() == std::string(c.refusal).empty());
  if (written.has_value()) return;
  CHECK(written.error().code == ErrorCode::kPermission);
  CHECK(written.error().message == c.refusal);
}

TEST_CASE("a namespace is the domain's, and dropped when all in it is the product's") {
  CHECK(check_namespace(shop(), "sales.new").has_value());
  CHECK_FALSE(check_namespace(shop(), "hr.main").has_value());
  CHECK(check_owned(shop(), {"sales.main", "orders"}).has_value());
  CHECK(check_owned(shop(), {"sales.raw", "payments"}).has_value());
  CHECK_FALSE(check_owned(shop(), {"sales.main", "others"}).has_value());
}

TEST_CASE("grants are kept as JSON") {
  const auto read = floe::warehouse::read_grants(floe::warehouse::grants_json(shop()));
  FLOE_REQUIRE_OK(read);
  CHECK(floe::to_json(floe::warehouse::grants_json(*read)) == floe::to_json(floe::warehouse::grants_json(shop())));
}
