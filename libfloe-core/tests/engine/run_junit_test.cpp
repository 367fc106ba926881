#include "engine/run_junit.hpp"

#include "floe_test.hpp"

using namespace floe;

namespace {

const char* kAnswer = R"({"run_id":"1","verb":"run","elapsed_seconds":2.5,"results":[
  {"unique_id":"ingestion.shop.raw","name":"raw","status":"success","seconds":1.25},
  {"unique_id":"model.shop.broken","name":"broken","status":"error","seconds":0.5,"message":"no such column"},
  {"unique_id":"model.shop.below","name":"below","status":"skipped","seconds":0,
    "message":"upstream failed: model.shop.broken"},
  {"unique_id":"model.shop.far","name":"far","status":"skipped","seconds":0,"message":""},
  {"unique_id":"test.shop.unique.1a","name":"unique","status":"fail","seconds":0.01,"message":"Got 1 result"},
  {"unique_id":"test.shop.odd","name":"odd","status":"warn","seconds":0.01,"message":"Got 2 results"},
  {"unique_id":"test.shop.fine","name":"fine","status":"pass","seconds":0.01}]})";

std::vector<Diagnostic> findings() {
  return {error_diagnostic("FLOE-E0632", "test-failed", "test `unique` failed: got 1 result")
              .at(Span{"models/a.yml", 5, 22, 5, 28})
              .help("look")
              .addressed("test.shop.unique.1a"),
          warning_diagnostic("FLOE-W1605", "unsupported-resource", "unit tests are not run")};
}

std::string as_junit(const char* answer, const std::vector<Diagnostic>& diagnostics) {
  const auto parsed = parse_json_object(answer);
  FLOE_REQUIRE_OK(parsed);
  return "\n" + run::run_as_junit(*parsed, diagnostics);
}

}  // namespace

TEST_CASE("a case per node with what is found of it, then what is found of none") {
  CHECK(as_junit(kAnswer, findings()) == R"(
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="floe" tests="8" failures="1" errors="1" skipped="2">
  <testsuite name="run" tests="7" failures="1" errors="1" skipped="2" time="2.500">
    <testcase classname="ingestion.shop" name="raw" time="1.250"/>
    <testcase classname="model.shop" name="broken" time="0.500"><error message="no such column"/></testcase>
    <testcase classname="model.shop" name="below" time="0.000"><skipped message="upstream failed: model.shop.broken"/></testcase>
    <testcase classname="model.shop" name="far" time="0.000"><skipped message="a node that it needs was not built"/></testcase>
    <testcase classname="test.shop" name="unique" time="0.010" file="models/a.yml" line="5"><failure type="FLOE-E0632" message="test `unique` failed: got 1 result">error[FLOE-E0632]: test `unique` failed: got 1 result&#10;help: look</failure></testcase>
    <testcase classname="test.shop" name="odd" time="0.010"><system-out>Got 2 results</system-out></testcase>
    <testcase classname="test.shop" name="fine" time="0.010"/>
  </testsuite>
  <testsuite name="findings" tests="1" failures="0" errors="0" skipped="0">
    <testcase classname="floe" name="FLOE-W1605 unit tests are not run"><system-out>warning: unit tests are not run</system-out></testcase>
  </testsuite>
</testsuites>
)");
}

TEST_CASE("an answer without results is its findings") {
  const std::string nothing = R"(
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="floe" tests="1" failures="0" errors="0" skipped="0">
  <testsuite name="floe" tests="1" failures="0" errors="0" skipped="0">
    <testcase classname="floe" name="no findings"/>
  </testsuite>
</testsuites>
)";
  for (const char* answer : {"{}", R"({"run_id":"1","results":[]})", R"({"results":["what of another verb"]})"}) {
    INFO(answer);
    CHECK(as_junit(answer, {}) == nothing);
  }
}
