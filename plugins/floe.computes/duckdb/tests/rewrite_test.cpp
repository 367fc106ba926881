#include "compute_fixture.hpp"

#include <algorithm>

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

// A table of three files, one per day: (1,2) (3,4) (5,NULL key).
class Table {
 public:
  explicit Table(Compute& compute) : compute_(compute) {
    const auto described = compute.describe("SELECT 1::UTINYINT AS id, 'x' AS name, 1.5::DECIMAL(9,2) AS amount");
    FLOE_REQUIRE_OK(described);
    shape_ = shape_of(*described, compute.directory);
    for (const char* rows :
         {"(1, 'a', 10), (2, 'b', 20)", "(3, 'c', 30), (4, 'd', 40)", "(5, 'e', 50), (NULL, 'n', 60)"}) {
      const auto written = compute.write(
          shape_.request, "SELECT id::UTINYINT AS id, name, amount::DECIMAL(9,2) AS amount FROM (VALUES " +
                              std::string(rows) + ") t(id, name, amount)");
      FLOE_REQUIRE_OK(written);
      files_.push_back(written->at("files").as_array()[0]);
    }
  }

  json::object request(const std::string& mode, const std::string& staged_sql) {
    json::object request{{"mode", mode},
                         {"target", json::object{{"columns", shape_.columns}, {"files", files_}}},
                         {"unique_key", json::array{"id"}},
                         {"predicates", json::array()},
                         {"clauses", json::array()},
                         {"write", shape_.request}};
    if (!staged_sql.empty()) {
      const auto staged = compute_.stage(staged_sql);
      FLOE_REQUIRE_OK(staged);
      request["staged"] = staged->at("name");
    }
    return request;
  }

  // Counts and removed files (by their number), then the rows of the table as it is afterwards.
  std::string after(const json::object& request) {
    const auto result = compute_.rewrite(request);
    if (!result) return "error: " + result.error().to_string();
    std::string text = "+" + std::to_string(result->at("rows_inserted").as_int64()) + " ~" +
                       std::to_string(result->at("rows_updated").as_int64()) + " -" +
                       std::to_string(result->at("rows_deleted").as_int64()) + " files";
    json::array now;
    const json::array& removed = result->at("removed").as_array();
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (std::find(removed.begin(), removed.end(), files_[i].as_object().at("path")) != removed.end()) {
        text += " " + std::to_string(i + 1);
      } else {
        now.push_back(files_[i]);
      }
    }
    for (const json::value& file : result->at("added").as_array())
      now.push_back(file);
    FLOE_REQUIRE_OK(compute_.bind({iceberg_scan("t", std::to_string(++key_), shape_.columns, now)}));
    const std::string rows = compute_.rows(
        "SELECT string_agg(concat_ws(',', coalesce(id::VARCHAR, '-'), name, amount), ' ' ORDER BY id NULLS LAST, name) "
        "AS r FROM t");
    return text + ": " + rows;
  }

 private:
  Compute& compute_;
  TableShape shape_;
  json::array files_;
  int key_ = 0;
};

json::object clause(const char* when, const char* action, json::value condition, json::value set) {
  return {{"when", when}, {"condition", std::move(condition)}, {"action", action}, {"set", std::move(set)}};
}

}  // namespace

TEST_CASE("delete+insert replaces the rows of the keys and rewrites only their files") {
  Compute compute;
  Table table(compute);
  CHECK(table.after(
            table.request("delete_insert", "SELECT 2 AS id, 'B' AS name, 21 AS amount UNION ALL SELECT 9, 'z', 90")) ==
        "+2 ~0 -1 files 1: {\"r\":\"1,a,10.00 2,B,21.00 3,c,30.00 4,d,40.00 5,e,50.00 9,z,90.00 -,n,60.00\"}");
}

TEST_CASE("a NULL key matches nothing, and comes as a new row") {
  Compute compute;
  Table table(compute);
  const std::string sql = "SELECT NULL::UTINYINT AS id, 'new' AS name, 1 AS amount";
  CHECK(table.after(table.request("delete_insert", sql)) ==
        "+1 ~0 -0 files: {\"r\":\"1,a,10.00 2,b,20.00 3,c,30.00 4,d,40.00 5,e,50.00 -,n,60.00 -,new,1.00\"}");
  CHECK(table.after(table.request("merge", sql)) ==
        "+1 ~0 -0 files: {\"r\":\"1,a,10.00 2,b,20.00 3,c,30.00 4,d,40.00 5,e,50.00 -,n,60.00 -,new,1.00\"}");
}

TEST_CASE("predicates narrow a delete+insert, on the table or on the pair") {
  Compute compute;
  Table table(compute);
  json::object request =
      table.request("delete_insert", "SELECT i AS id, 'x' AS name, 0 AS amount FROM range(1, 4) t(i)");
  request["predicates"] =
      json::array{"amount > 15 -- only these", "DBT_INTERNAL_DEST.amount < DBT_INTERNAL_SOURCE.id * 11"};
  CHECK(table.after(request) ==
        "+3 ~0 -2 files 1 2: {\"r\":\"1,a,10.00 1,x,0.00 2,x,0.00 3,x,0.00 4,d,40.00 5,e,50.00 -,n,60.00\"}");
}

TEST_CASE("delete removes rows by predicates, and whole files without a rewrite") {
  Compute compute;
  Table table(compute);
  json::object request = table.request("delete", "");
  request["unique_key"] = json::array();
  request["predicates"] = json::array{"id >= 2", "DBT_INTERNAL_DEST.id <= 4"};
  CHECK(table.after(request) == "+0 ~0 -3 files 1 2: {\"r\":\"1,a,10.00 5,e,50.00 -,n,60.00\"}");
  request["predicates"] = json::array{"id = 77"};
  CHECK(table.after(request) ==
        "+0 ~0 -0 files: {\"r\":\"1,a,10.00 2,b,20.00 3,c,30.00 4,d,40.00 5,e,50.00 -,n,60.00\"}");
}

TEST_CASE("a merge without clauses updates what matches and inserts the rest") {
  Compute compute;
  Table table(compute);
  CHECK(table.after(table.request("merge", "SELECT 'B' AS NAME, 2 AS ID UNION ALL SELECT 'z', 9")) ==
        "+1 ~1 -0 files 1: {\"r\":\"1,a,10.00 2,B,20.00 3,c,30.00 4,d,40.00 5,e,50.00 9,z -,n,60.00\"}");
}

TEST_CASE("a merge takes of a partial column what its marker says, NULL too") {
  Compute compute;
  Table table(compute);
  json::object request = table.request("merge",
                                       "FROM (VALUES (2, 'B', 21, false, true), (3, NULL, 31, true, false), "
                                       "(9, 'z', NULL, true, false)) t(id, name, amount, has_name, has_amount)");
  request["partial"] = json::array{json::object{{"column", "NAME"}, {"marker", "has_name"}},
                                   json::object{{"column", "amount"}, {"marker", "has_amount"}}};
  CHECK(table.after(request) ==
        "+1 ~2 -0 files 1 2: {\"r\":\"1,a,10.00 2,b,21.00 3,30.00 4,d,40.00 5,e,50.00 9,z -,n,60.00\"}");
}

TEST_CASE("columns may have the names that floe and DuckDB give to what they add") {
  struct Case {
    const char* column;
    const char* type;
  };

  const Case cases[] = {
      {"rowid", "BIGINT"},           {"RowId", "VARCHAR"},     {"filename", "VARCHAR"}, {"FileName", "BIGINT"},
      {"file_row_number", "BIGINT"}, {"floe_file", "VARCHAR"}, {"Floe_Row", "BIGINT"},  {"floe_clause", "BIGINT"},
      {"floe_source", "BIGINT"},     {"floe_h", "BIGINT"},     {"floe_path", "BIGINT"}, {"floe_rowid", "BIGINT"},
  };
  const std::pair<const char*, const char*> modes[] = {
      {"merge", "1 7 z|2 - q|3 7 c|4 7 d|5 - n|6 5 f"},
      {"delete_insert", "1 7 z|2 - q|3 7 c|4 7 d|5 - n|6 5 f"},
      {"delete", "2 1 b|6 5 f"},
  };
  for (const Case& entry : cases) {
    for (const auto& [mode, expected] : modes) {
      INFO(entry.column << " " << entry.type << " " << mode);
      Compute compute;
      const auto rows_of = [&](const std::string& values) {
        return fmt::format("SELECT id, x::{} AS {}, s FROM (VALUES {}) t(id, x, s)", entry.type, entry.column, values);
      };
      const auto described = compute.describe(rows_of("(1, 0, 'a')"));
      FLOE_REQUIRE_OK(described);
      const TableShape shape = shape_of(*described, compute.directory);
      json::array files;
      for (const char* values : {"(1, 0, 'a'), (2, 1, 'b')", "(6, 5, 'f')"}) {
        const auto written = compute.write(shape.request, rows_of(values));
        FLOE_REQUIRE_OK(written);
        files.push_back(written->at("files").as_array()[0]);
      }
      const auto staged = compute.stage(rows_of("(1,7,'z'),(3,7,'c'),(4,7,'d'),(2,NULL,'q'),(5,NULL,'n')"));
      FLOE_REQUIRE_OK(staged);
      const auto result =
          compute.rewrite({{"mode", mode},
                           {"target", json::object{{"columns", shape.columns}, {"files", files}}},
                           {"staged", staged->at("name")},
                           {"unique_key", json::array{"id"}},
                           {"predicates", std::string(mode) == "delete" ? json::array{"id = 1"} : json::array()},
                           {"clauses", json::array()},
                           {"write", shape.request}});
      FLOE_REQUIRE_OK(result);
      CHECK(to_json(result->at("removed")) == to_json(json::array{files[0].as_object().at("path")}));
      json::array now = result->at("added").as_array();
      now.push_back(files[1]);
      FLOE_REQUIRE_OK(compute.bind({iceberg_scan("t", "after", shape.columns, now)}));
      CHECK(compute.rows(fmt::format("SELECT string_agg(concat_ws(' ', id, coalesce({}::VARCHAR, '-'), s), '|' "
                                     "ORDER BY id) AS r FROM t",
                                     entry.column)) == fmt::format(R"({{"r":"{}"}})", expected));
      CHECK(
          compute
              .rows(fmt::format("SELECT {} FROM {} LIMIT 1", entry.column, std::string(staged->at("name").as_string())))
              .starts_with(fmt::format("{{\"{}\":", entry.column)));
    }
  }
}

TEST_CASE("of a merge's clauses the first that matches wins") {
  Compute compute;
  Table table(compute);
  json::object request =
      table.request("merge", "SELECT i AS id, 'm' || i AS name, i * 100 AS amount FROM range(1, 9) t(i)");
  request["clauses"] = json::array{
      clause("matched", "do_nothing", "DBT_INTERNAL_SOURCE.id = 1", nullptr),
      clause("matched", "delete", "DBT_INTERNAL_DEST.amount = 20", nullptr),
      clause("matched", "update", "DBT_INTERNAL_SOURCE.id <= 3",
             json::object{{"Amount", "DBT_INTERNAL_DEST.amount + DBT_INTERNAL_SOURCE.amount -- sum"}}),
      clause("matched", "update", "DBT_INTERNAL_SOURCE.id = 4", nullptr),
      clause("not_matched", "do_nothing", "DBT_INTERNAL_SOURCE.id = 6", nullptr),
      clause("not_matched", "insert", "DBT_INTERNAL_SOURCE.id = 7",
             json::object{{"id", "DBT_INTERNAL_SOURCE.id"}, {"name", "upper(DBT_INTERNAL_SOURCE.name)"}}),
      clause("not_matched", "insert", nullptr, nullptr),
      clause("not_matched_by_source", "update", nullptr, json::object{{"name", "'gone'"}}),
  };
  CHECK(table.after(request) ==
        "+2 ~3 -1 files 1 2 3: {\"r\":\"1,a,10.00 3,c,330.00 4,m4,400.00 5,e,50.00 7,M7 8,m8,800.00 -,gone,60.00\"}");
}

TEST_CASE("predicates of a merge belong to the match") {
  Compute compute;
  Table table(compute);
  json::object request = table.request("merge", "SELECT 3 AS id, 'C' AS name, 31 AS amount");
  request["predicates"] = json::array{"DBT_INTERNAL_DEST.amount > 1000"};
  CHECK(table.after(request) ==
        "+1 ~0 -0 files: {\"r\":\"1,a,10.00 2,b,20.00 3,C,31.00 3,c,30.00 4,d,40.00 5,e,50.00 -,n,60.00\"}");
}

TEST_CASE("what a rewrite refuses") {
  Compute compute;
  Table table(compute);
  CHECK(table.after(table.request("merge", "SELECT 1 AS id, 'x' AS name, 1 AS amount UNION ALL SELECT 1, 'y', 2")) ==
        "error: 2 of the new rows have the same unique key (id = 1); a merge takes one row per key");
  json::object wrong = table.request("merge", "SELECT 1 AS other");
  CHECK(table.after(wrong) == "error: the new rows have no column `id`, which unique_key names");
  json::object refused = table.request("merge", "SELECT 1 AS id, 'x' AS name, 1 AS amount");
  refused["clauses"] = json::array{clause("matched", "error", nullptr, nullptr)};
  CHECK(table.after(refused) == "error: a merge clause whose action is `error` applies to 1 row");
  CHECK(table.after(table.request("delete_insert", "SELECT 300 AS id, 'x' AS name, 1 AS amount")).find("300") !=
        std::string::npos);
}

TEST_CASE("a rewrite of a partitioned table writes survivors and new rows to their partitions") {
  Compute compute;
  Table table(compute);
  json::object request = table.request("delete_insert", "SELECT 2 AS id, 'a' AS name, 21 AS amount");
  request["write"].as_object()["partition_spec"] =
      json::array{json::object{{"source_id", 2}, {"field_id", 1000}, {"name", "name"}, {"transform", "identity"}}};
  const auto result = compute.rewrite(request);
  FLOE_REQUIRE_OK(result);
  REQUIRE(result->at("added").as_array().size() == 1);
  CHECK(to_json(result->at("added").as_array()[0].as_object().at("partition")) == R"({"1000":"a"})");
  CHECK(result->at("added").as_array()[0].as_object().at("record_count").as_int64() == 2);
}
