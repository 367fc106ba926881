#include "model/relation.hpp"

#include "floe_test.hpp"

using floe::warehouse::Relation;

TEST_CASE("a table name splits at its last dot") {
  struct Case {
    const char* text;
    const char* schema;
    const char* identifier;
  };

  const auto c = GENERATE(Case{"raw.customers", "raw", "customers"}, Case{"sales.main.orders", "sales.main", "orders"},
                          Case{"floe.main.orders", "main", "orders"}, Case{"floe.orders", "floe", "orders"});
  const auto relation = floe::warehouse::relation_from_text(c.text);
  FLOE_REQUIRE_OK(relation);
  CHECK(relation->schema == c.schema);
  CHECK(relation->identifier == c.identifier);
}

TEST_CASE("a name without a namespace is refused with what to write") {
  const auto text = GENERATE("orders", ".orders", "main.", "");
  const auto relation = floe::warehouse::relation_from_text(text);
  REQUIRE_FALSE(relation.has_value());
  CHECK(relation.error().message == "`" + std::string(text) + "` is not a table name; write `namespace.table`");
}

TEST_CASE("names compare without case and quote with care") {
  CHECK(Relation{"Main", "Orders"}.key() == Relation{"main", "ORDERS"}.key());
  CHECK(Relation{"main", "a\"b"}.quoted() == R"("floe"."main"."a""b")");
}

TEST_CASE("a relation of another database is refused") {
  const auto object = floe::parse_json_object(R"({"database":"other","schema":"main","identifier":"t"})");
  const auto relation = floe::warehouse::relation_from_json(*object);
  REQUIRE_FALSE(relation.has_value());
  CHECK(relation.error().message == "relation `other.main.t` is in another database; floe's is `floe`");
}

TEST_CASE("a schema with dots is a nested namespace") {
  CHECK(floe::to_json(Relation{"sales.main", "orders"}.to_identifier()) ==
        R"({"namespace":["sales","main"],"name":"orders"})");
}
