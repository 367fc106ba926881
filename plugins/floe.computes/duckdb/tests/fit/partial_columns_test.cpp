#include "compute_fixture.hpp"
#include "file_request.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

// The staged rows, and what the answer says of partial columns, of files that are merged by `id`.
std::string fitted(Compute& compute, const std::vector<std::string>& files, json::array columns, json::object more) {
  json::array paths;
  for (std::size_t i = 0; i < files.size(); ++i)
    paths.emplace_back(compute.put(std::to_string(i) + ".csv", files[i]));
  json::object asked = request("csv", "", std::move(more));
  asked["paths"] = std::move(paths);
  asked["fit"] = json::object{{"columns", std::move(columns)}, {"keys", json::array{"id"}}};
  const auto result = compute.read_files(asked);
  if (!result) return result.error().to_string();
  return compute.rows("FROM " + table_of(*result)) + "\n" + to_json(result->at("fit").as_object().at("partial"));
}

}  // namespace

TEST_CASE("columns that not every file has are marked, and the last row of a key has what any file says") {
  Compute compute;
  json::array table;
  for (const char* name : {"id", "a", "b"})
    table.push_back(json::object{{"name", name}, {"type", "long"}, {"sql_type", "BIGINT"}});

  struct Case {
    std::vector<std::string> files;
    json::array columns;  // of the table
    json::object more;    // of the request
    std::string told;
  };

  const std::string marked_b = R"([{"column":"b","marker":"floe_has_1"}])";
  const json::object declared{{"columns", table}};
  const std::vector<Case> cases{
      {{"id,a,b\n1,,5\n", "id,b,a\n2,6,7\n"},
       table,
       {},
       "{\"id\":1,\"a\":null,\"b\":5}\n{\"id\":2,\"a\":7,\"b\":6}\n[]"},
      {{"id,a,b\n1,1,5\n2,2,6\n", "id,a\n1,9\n3,3\n"},
       table,
       {},
       "{\"id\":2,\"a\":2,\"b\":6,\"floe_has_1\":true}\n{\"id\":1,\"a\":9,\"b\":5,\"floe_has_1\":true}\n"
       "{\"id\":3,\"a\":3,\"b\":null,\"floe_has_1\":false}\n" +
           marked_b},
      {{"id,a,b\n1,1,5\n", "", "id,a\n1,2\n", "id,a,b\n1,3,\n", "id,a\n1,4\n"},
       table,
       {},
       "{\"id\":1,\"a\":4,\"b\":null,\"floe_has_1\":true}\n" + marked_b},
      {{"id,a,b\n1,1,5\n", "id,a\n1,2\n"}, {}, {}, "{\"id\":1,\"a\":2,\"b\":5}\n[]"},
      {{"id,a\n1,1\n"}, table, declared, "{\"id\":1,\"a\":1,\"b\":null,\"floe_has_1\":false}\n" + marked_b},
      {{"id,floe_has_1,rowid\n1,2,3\n", "id\n1\n2\n"},
       table,
       {},
       "{\"id\":1,\"floe_has_1\":2,\"rowid\":3,\"floe_has_1_\":true,\"floe_has_2\":true}\n"
       "{\"id\":2,\"floe_has_1\":null,\"rowid\":null,\"floe_has_1_\":false,\"floe_has_2\":false}\n"
       R"([{"column":"floe_has_1","marker":"floe_has_1_"},{"column":"rowid","marker":"floe_has_2"}])"},
  };
  for (const Case& c : cases)
    CHECK(fitted(compute, c.files, c.columns, c.more) == c.told);
}
