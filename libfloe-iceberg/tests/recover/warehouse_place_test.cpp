#include "recover/warehouse_place.hpp"

#include "floe_test.hpp"

using namespace floe::iceberg;

TEST_CASE("the folder of a table tells its name") {
  struct Case {
    const char* location;
    const char* name;  // "" = none; `?` behind it = not certain
  };

  const WarehousePlace place("file:///w/", {"file:///old/w"});
  const Case cases[] = {
      {"file:///w/main/orders", "main.orders"},
      {"file:/w/main/orders/", "main.orders"},
      {"/w/main/orders", "main.orders"},
      {"file:///old/w/main/orders", "main.orders"},
      {"file:///w/sales/eu/orders", "sales.eu.orders"},
      {"file:///w/main/a_b-0123abcd", "main.a_b-0123abcd?"},
      {"file:///w/main/ab-0123abcd", "main.ab-0123abcd"},  // no character was replaced: a name like that
      {"file:///w/orders", ""},
      {"file:///w", ""},
      {"file:///w2/main/orders", ""},
      {"s3://w/main/orders", ""},
  };
  for (const auto& one : cases) {
    INFO(one.location);
    const auto found = place.name_of(one.location);
    const std::string name = found.has_value() ? found->identifier.to_string() + (found->is_certain ? "" : "?") : "";
    CHECK(name == one.name);
  }
}
