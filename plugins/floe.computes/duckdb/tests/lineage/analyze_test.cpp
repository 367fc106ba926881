#include "compute_fixture.hpp"

#include <fstream>
#include <sstream>

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

std::string text(const json::object& object, const char* key) { return std::string(object.at(key).as_string()); }

std::string relation(const json::object& relation) {
  std::string out;
  for (const char* key : {"database", "schema"}) {
    const std::string part = text(relation, key);
    if (!part.empty() && part != "floe" && part != "main") out += part + ".";
  }
  return out + text(relation, "name");
}

// `orders.id AGGREGATION, customers.city FILTER`
std::string lineage(const json::array& entries) {
  std::string out;
  for (const json::value& value : entries) {
    const json::object& entry = value.as_object();
    if (!out.empty()) out += ", ";
    out += relation(entry.at("relation").as_object()) + "." + text(entry, "column") + " " + text(entry, "subtype");
  }
  return out;
}

// The whole answer: a line for each column, then rows, tables and what is unresolved, when there are any.
std::string analysis(Compute& compute, const std::string& sql) {
  floe_call call;
  const auto result = compute.client.analyze(&call, compute.session, sql);
  if (!result) return "error: " + result.error().message.substr(0, result.error().message.find('\n')) + "\n";
  const auto parsed = parse_json_object(*result);
  std::string out;
  for (const json::value& value : parsed->at("columns").as_array()) {
    const json::object& column = value.as_object();
    out += text(column, "name") + " " + text(column, "sql_type");
    const std::string origins = lineage(column.at("lineage").as_array());
    if (!origins.empty()) out += " <- " + origins;
    out += column.at("exact").as_bool() ? "\n" : " (guessed)\n";
  }
  const std::string rows = lineage(parsed->at("rows").as_array());
  if (!rows.empty()) out += "rows <- " + rows + "\n";
  std::string tables;
  for (const json::value& table : parsed->at("tables").as_array())
    tables += (tables.empty() ? "" : ", ") + relation(table.as_object());
  if (!tables.empty()) out += "tables: " + tables + "\n";
  for (const json::value& what : parsed->at("unresolved").as_array())
    out += "unresolved: " + std::string(what.as_string()) + "\n";
  return out;
}

struct Case {
  int line = 0;
  std::string heading;  // comments before it
  std::string sql;
  std::string expected;
};

// Blocks between empty lines: the SQL, a line `--`, and what it gives.
std::vector<Case> read_cases(const std::string& path) {
  std::ifstream file(path);
  REQUIRE(file.good());
  std::vector<Case> cases;
  bool is_sql = true;
  Case current;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.starts_with("#")) {
      current.heading += line + "\n";
      continue;
    }
    if (line.empty()) {
      if (!current.sql.empty()) cases.push_back(std::exchange(current, {}));
      is_sql = true;
    } else if (line == "--") {
      is_sql = false;
    } else {
      if (current.sql.empty()) current.line = number;
      (is_sql ? current.sql : current.expected) += line + "\n";
    }
  }
  if (!current.sql.empty()) cases.push_back(current);
  return cases;
}

}  // namespace

TEST_CASE("analyze says where each column comes from") {
  Compute compute;
  const std::string schema =
      "CREATE TABLE customers (id INTEGER, name VARCHAR, email VARCHAR, city VARCHAR);"
      "CREATE TABLE orders (id INTEGER, customer_id INTEGER, amount DECIMAL(10, 2), placed_on DATE, status VARCHAR);"
      "CREATE SCHEMA raw;"
      "CREATE TABLE raw.events (id BIGINT, tags VARCHAR[], payload STRUCT(kind VARCHAR, size INTEGER), parent BIGINT);"
      "CREATE VIEW totals AS SELECT customer_id, sum(amount) AS total FROM orders GROUP BY customer_id;"
      "CREATE TABLE quarters (shop VARCHAR, q1 INTEGER, q2 INTEGER);"
      "CREATE MACRO shout(x) AS upper(x);";
  std::size_t begin = 0;
  while (begin < schema.size()) {
    const std::size_t end = schema.find(';', begin);
    FLOE_REQUIRE_OK(compute.execute(schema.substr(begin, end - begin)));
    begin = end + 1;
  }
  const std::string path = std::string(FLOE_TEST_DATA) + "/lineage.txt";
  const bool is_update = std::getenv("FLOE_TEST_UPDATE") != nullptr;  // writes the file anew, to be read in the diff
  std::string made;
  for (const Case& one : read_cases(path)) {
    INFO(path << ":" << one.line << ": " << one.sql);
    const std::string found = analysis(compute, one.sql);
    if (!is_update) CHECK(found == one.expected);
    made += one.heading + one.sql + "--\n" + found + "\n";
  }
  if (is_update) std::ofstream(path) << made;
}

TEST_CASE("analyze touches no rows") {
  Compute compute;
  FLOE_REQUIRE_OK(compute.execute("CREATE TABLE numbers AS SELECT 0 AS n"));
  CHECK(analysis(compute, "SELECT error('run') AS n FROM numbers") == "n INTEGER\ntables: numbers\n");
  CHECK(analysis(compute, "PIVOT numbers ON n USING count(*)") ==
        "error: only one SELECT whose columns do not depend on the data can be analyzed\n");
}

TEST_CASE("analyze is for queries") {
  Compute compute;
  CHECK(analysis(compute, "create table t (a int)") ==
        "error: only one SELECT whose columns do not depend on the data can be analyzed\n");
  CHECK(analysis(compute, "select 1; select 2") ==
        "error: only one SELECT whose columns do not depend on the data can be analyzed\n");
}

TEST_CASE("analyze knows a macro that came after it was asked first") {
  Compute compute;
  FLOE_REQUIRE_OK(compute.execute("CREATE TABLE numbers AS SELECT 0 AS n"));
  CHECK(analysis(compute, "SELECT sum(n) AS s FROM numbers") ==
        "s HUGEINT <- numbers.n AGGREGATION\ntables: numbers\n");
  FLOE_REQUIRE_OK(compute.execute("CREATE MACRO twice(x) AS 2 * x"));
  CHECK(analysis(compute, "SELECT twice(n) AS s FROM numbers") ==
        "s INTEGER <- numbers.n TRANSFORMATION (guessed)\ntables: numbers\nunresolved: macro `twice`\n");
}
