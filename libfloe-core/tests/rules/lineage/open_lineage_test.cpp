#include "rules/lineage/open_lineage.hpp"

#include "floe_test.hpp"

#include "base/json/json.hpp"

using namespace floe::lineage;

TEST_CASE("the run of a node is a UUID that its START and COMPLETE share") {
  const std::string run = "0192f0c1-0000-7000-8000-000000000000";
  const std::string id = job_run_id(run, "model.shop.orders");
  CHECK(id == job_run_id(run, "model.shop.orders"));
  CHECK(id != job_run_id(run, "model.shop.customers"));
  CHECK(id.size() == 36);
  CHECK(id[14] == '8');
  CHECK(std::string("89ab").find(id[19]) != std::string::npos);
}

TEST_CASE("a completed model names its parent, its inputs and what it wrote") {
  Event event;
  event.type = EventType::kComplete;
  event.time_unix_ns = 1'764'000'000'123'000'000;
  event.run_id = "0192f0c1-0000-8000-8000-000000000001";
  event.job = {"shop.model.shop.orders", "MODEL", "DBT", "select 1", ""};
  event.parent_run_id = "0192f0c1-0000-7000-8000-000000000000";
  event.parent_job_name = "shop";
  event.inputs = {{"raw.orders", {}, "11", {}, {}}};
  event.outputs = {{"main.orders", {{"id", "INTEGER", "key"}}, "12", 3, 400}};
  event.outputs[0].lineage = {{{"id",
                                {{"raw.orders", "id", "DIRECT", "IDENTITY"},
                                 {"raw.orders", "id", "INDIRECT", "CONDITIONAL"},
                                 {"raw.orders", "key", "DIRECT", "TRANSFORMATION"}}},
                               {"one", {}}},
                              {{"raw.orders", "day", "INDIRECT", "FILTER"}}};
  const auto parsed = floe::parse_json_object(event_to_json(event, "shop", "file:///w"));
  FLOE_REQUIRE_OK(parsed);
  CHECK(floe::get_string_or(*parsed, "eventType", "") == "COMPLETE");
  CHECK(floe::get_string_or(*parsed, "eventTime", "") == "2025-11-24T16:00:00.123Z");
  const auto& output = parsed->at("outputs").at(0);
  CHECK(output.at("namespace") == "file:///w");
  CHECK(output.at("name") == "main.orders");
  CHECK(output.at("facets").at("version").at("datasetVersion") == "12");
  CHECK(output.at("facets").at("schema").at("fields").at(0).at("description") == "key");
  CHECK(
      floe::to_json(output.at("facets").at("columnLineage")) ==
      R"({"_producer":"https://github.com/floe/floe/tree/)" FLOE_VERSION
      R"(","_schemaURL":"https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet",)"
      R"("fields":{"id":{"inputFields":[{"namespace":"file:///w","name":"raw.orders","field":"id",)"
      R"("transformations":[{"type":"DIRECT","subtype":"IDENTITY"},{"type":"INDIRECT","subtype":"CONDITIONAL"}]},)"
      R"({"namespace":"file:///w","name":"raw.orders","field":"key","transformations":[{"type":"DIRECT","subtype":"TRANSFORMATION"}]}]},)"
      R"("one":{"inputFields":[]}},"dataset":[{"namespace":"file:///w","name":"raw.orders","field":"day",)"
      R"("transformations":[{"type":"INDIRECT","subtype":"FILTER"}]}]})");
  CHECK(output.at("outputFacets").at("outputStatistics").at("rowCount") == 3);
  CHECK(parsed->at("inputs").at(0).at("facets").at("version").at("datasetVersion") == "11");
  CHECK(parsed->at("run").at("facets").at("parent").at("run").at("runId") == event.parent_run_id.c_str());
}
