#include "execute/sql_position.hpp"

#include "floe_test.hpp"

#include <fmt/format.h>

using namespace floe::dbt;  // NOLINT: test

namespace {

std::string position(const std::string& raw, const std::string& compiled, const std::string& message) {
  Node node;
  node.file = "models/a.sql";
  node.first_line = 3;
  node.raw_code = raw;
  node.compilation.compiled_code = compiled;
  node.compilation.compiled_path = ".floe/target/compiled/p/models/a.sql";
  const auto span = sql_position(node, message);
  if (!span) return "none";
  return fmt::format("{}:{}:{}-{}", span->file, span->line, span->column, span->end_column);
}

}  // namespace

TEST_CASE("an engine's excerpt is found in the model, else in its compiled file") {
  struct Case {
    const char* raw;
    const char* compiled;
    const char* message;
    const char* expected;
  };

  const auto c =
      GENERATE(Case{"{% set x = 1 %}\nselect é,\n  foo + 1", "\nselect é,\n  foo + 1",
                    "Binder Error: no \"foo\"\nCandidates: x\n\nLINE 3:   foo + 1\n          ^", "models/a.sql:5:3-6"},
               Case{"select {{ x }} + b", "select 1 + b", "no b\n\nLINE 1: select 1 + b\n                   ^",
                    ".floe/target/compiled/p/models/a.sql:1:12-13"},
               Case{"select a\nunion all\nselect a", "select a\nunion all\nselect a",
                    "no a\n\nLINE 3: select a\n               ^", "models/a.sql:5:8-9"},
               Case{"{% for i in [1, 2] %}\nselect a\n{% endfor %}", "\nselect a\n\nselect a\n",
                    "no a\n\nLINE 4: select a\n               ^", ".floe/target/compiled/p/models/a.sql:4:8-9"},
               Case{"select long_column_name, b from t", "select long_column_name, b from t",
                    "no b\n\nLINE 1: ...column_name, b from...\n                        ^", "models/a.sql:3:26-27"},
               Case{"select b from t", "select b from t", "no b\n\nLINE 4: select b from t\n               ^",
                    "models/a.sql:3:8-9"},
               Case{"select 1", "select 1", "no b\n\nLINE 1: create table b\n        ^", "none"},
               Case{"select 1", "select 1", "the SQL holds no statement", "none"});
  CHECK(position(c.raw, c.compiled, c.message) == c.expected);
}

TEST_CASE("without the excerpt the rest of the message stays") {
  CHECK(without_excerpt("no b\nCandidates: x\n\nLINE 1: select b\n        ^") == "no b\nCandidates: x");
  CHECK(without_excerpt("no b") == "no b");
}
