#include "engine/run_history.hpp"

#include "floe_test.hpp"

using floe::run::read_run_history;

namespace {

constexpr const char* kOld = "/runs/01a20498-3e9d-74a2-893f-7060472d72d6/";
constexpr const char* kNew = "/runs/01a20498-933c-7ac4-bd5f-648acc93ed70/";

void write(floe::io::FileSystem& files, const std::string& path, std::string_view content) {
  FLOE_REQUIRE_OK(files.create_directories(floe::io::parent_path(path)));
  FLOE_REQUIRE_OK(files.write_atomic(path, content, floe::io::Durability::kFast));
}

}  // namespace

TEST_CASE("the newest result of each node counts, and a killed run only for what it wrote") {
  const auto files = floe::io::make_memory_file_system();
  write(*files, std::string(kOld) + "run.json",
        R"({"verb":"run","success":true,"interrupted":false,"elapsed_seconds":2.5,"results":[{},{}]})");
  write(*files, std::string(kOld) + "records.jsonl",
        R"({"event":"plan","total":2}
{"event":"finished","unique_id":"model.shop.a","status":"success","started_at_ns":1000000000,"finished_at_ns":2500000000,"rows":3,"sql":"select 1"}
{"event":"finished","unique_id":"model.shop.b","status":"error","started_at_ns":0,"finished_at_ns":0,"message":"no"}
)");
  write(*files, std::string(kOld) + "lineage.jsonl",
        R"({"outputs":[{"name":"main.a","facets":{"schema":{"fields":[{"name":"id","type":"BIGINT"}]}}}]}
)");
  write(*files, std::string(kNew) + "records.jsonl",
        R"({"event":"finished","unique_id":"model.shop.b","status":"success","started_at_ns":0,"finished_at_ns":0}
{"event":"finished","unique_id":"model.sh)");
  const auto history = read_run_history("/runs", *files);
  FLOE_REQUIRE_OK(history);
  CHECK(
      floe::to_json(history->runs) ==
      R"([{"id":"01a20498-933c-7ac4-bd5f-648acc93ed70","verb":null,"started_at_ns":1795373437756000000,"elapsed_seconds":null,"success":false,"interrupted":false,"nodes":null},)"
      R"({"id":"01a20498-3e9d-74a2-893f-7060472d72d6","verb":"run","started_at_ns":1795373416093000000,"elapsed_seconds":2.5,"success":true,"interrupted":false,"nodes":2}])");
  CHECK(
      floe::to_json(history->results) ==
      R"({"model.shop.b":{"run":0,"status":"success","seconds":0.0,"rows":null,"failures":null,"snapshot_id":null,"message":null,"sql":null},)"
      R"("model.shop.a":{"run":1,"status":"success","seconds":1.5,"rows":3,"failures":null,"snapshot_id":null,"message":null,"sql":"select 1"}})");
  CHECK(floe::to_json(history->tables) == R"({"main.a":[{"name":"id","type":"BIGINT"}]})");
}

TEST_CASE("a project that never ran has an empty history") {
  const auto files = floe::io::make_memory_file_system();
  const auto history = read_run_history("/project/.floe/runs", *files);
  FLOE_REQUIRE_OK(history);
  CHECK(history->runs.empty());
  CHECK(history->results.empty());
  CHECK(history->tables.empty());
}
