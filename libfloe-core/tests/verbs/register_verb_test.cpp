#include "answer_of.hpp"

using floe::run::answer_of;

TEST_CASE("what is registered, what is left out and why") {
  CHECK(
      answer_of(
          "table register",
          R"({"success":true,"dry_run":true,"registered":[)"
          R"({"identifier":"main.orders","kind":"table","rows":3,"updated_at":"T","metadata_location":"file:///w/a"},)"
          R"({"identifier":"main.recent","kind":"view","rows":null,"updated_at":"T","metadata_location":"file:///w/b"}],)"
          R"("skipped":[{"identifier":"main.x","kind":"table","state":"registered","reason":"","metadata_location":"c"},)"
          R"({"identifier":null,"kind":"table","state":"unnamed","reason":"its folder tells no name","metadata_location":"file:///w/d"}],)"
          R"("undecided":[]})") ==
      "name         kind   rows  written  metadata\n"
      "───────────  ─────  ────  ───────  ───────────\n"
      "main.orders  table     3  T        file:///w/a\n"
      "main.recent  view         T        file:///w/b\n"
      "Left out file:///w/d: its folder tells no name.\n"
      "In the catalog already: 1 table.\n"
      "Would register 2 tables.\n");
  CHECK(answer_of("table register", R"({"success":true,"dry_run":false,"registered":[]})") == "Nothing to register.\n");
  CHECK(answer_of("table register", R"({"success":false,"dry_run":true,"registered":[]})") ==
        "Nothing is registered: see the findings.\n");
}
