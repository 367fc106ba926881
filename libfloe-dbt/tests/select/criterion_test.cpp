#include "select/criterion.hpp"

#include "floe_test.hpp"

using floe::dbt::parse_criterion;

TEST_CASE("a criterion knows its method, value and neighbours") {
  struct Case {
    const char* text;
    const char* method;
    const char* value;
    bool parents;
    int parents_depth;  // -1: all
    bool children;
    int children_depth;
    bool family;
  };

  const auto c = GENERATE(Case{"orders", "fqn", "orders", false, -1, false, -1, false},
                          Case{"+orders", "fqn", "orders", true, -1, false, -1, false},
                          Case{"2+orders+3", "fqn", "orders", true, 2, true, 3, false},
                          Case{"@orders", "fqn", "orders", false, -1, false, -1, true},
                          Case{"tag:daily+", "tag", "daily", false, -1, true, -1, false},
                          Case{"models/gold", "path", "models/gold", false, -1, false, -1, false},
                          Case{"orders.sql", "file", "orders.sql", false, -1, false, -1, false},
                          Case{"config.meta.owner:me", "config", "me", false, -1, false, -1, false},
                          Case{"source:raw.orders+1", "source", "raw.orders", false, -1, true, 1, false});
  const auto criterion = parse_criterion(c.text);
  FLOE_REQUIRE_OK(criterion);
  CHECK(criterion->method == c.method);
  CHECK(criterion->value == c.value);
  CHECK(criterion->with_parents == c.parents);
  CHECK(criterion->parents_depth.value_or(-1) == c.parents_depth);
  CHECK(criterion->with_children == c.children);
  CHECK(criterion->children_depth.value_or(-1) == c.children_depth);
  CHECK(criterion->childrens_parents == c.family);
}

TEST_CASE("a criterion that means nothing is refused with what does") {
  CHECK(parse_criterion("@orders+").error().message ==
        "`@orders+` has `@` in front and `+` behind: `@` includes all descendants already");
  CHECK(parse_criterion("colour:red")
            .error()
            .message.starts_with("`colour` of `colour:red` is no selection method; use one of fqn, tag"));
  CHECK(parse_criterion("state:modified").error().code == floe::ErrorCode::kUnsupported);
}
