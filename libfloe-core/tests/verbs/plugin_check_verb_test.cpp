#include "answer_of.hpp"

namespace floe::run {
namespace {

constexpr const char* kAnswer = R"({"plugin":{"id":"org.example.vault"},"checks":[
 {"id":"static.licence","title":"a licence","verdict":"warned","took_ms":1,"findings":[{"method":"","message":"is missing"}]},
 {"id":"load.entry","title":"answers","verdict":"passed","took_ms":12,"findings":[]},
 {"id":"contract.huge","title":"inputs of 16 MiB","verdict":"failed","took_ms":2500,
  "findings":[{"method":"get","message":"crashed with signal 11 <\"&>"}]},
 {"id":"contract.empty","title":"empty inputs","verdict":"skipped","took_ms":0,"findings":[{"method":"","message":"no instance"}]}],
 "summary":{"passed":1,"warned":1,"failed":1,"skipped":1}})";

TEST_CASE("a report for people") {
  CHECK(answer_of("plugin check", kAnswer) == R"(warned   static.licence
         a licence
         - is missing
ok       load.entry
failed   contract.huge
skipped  contract.empty
         - no instance
1 passed, 1 warned, 1 failed, 1 skipped
)");
}

TEST_CASE("a report as JUnit XML") {
  CHECK(find_verb("plugin check")->junit(*parse_json_object(kAnswer)) == R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="floe plugin check org.example.vault" tests="4" failures="1" errors="0" skipped="1">
  <testsuite name="floe plugin check org.example.vault" tests="4" failures="1" errors="0" skipped="1">
    <testcase classname="org.example.vault" name="static.licence" time="0.001"><system-out>is missing</system-out></testcase>
    <testcase classname="org.example.vault" name="load.entry" time="0.012"/>
    <testcase classname="org.example.vault" name="contract.huge" time="2.500"><failure>get: crashed with signal 11 &lt;&quot;&amp;&gt;</failure></testcase>
    <testcase classname="org.example.vault" name="contract.empty" time="0.000"><skipped message="no instance"/></testcase>
  </testsuite>
</testsuites>
)");
  CHECK(find_verb("plugin check")->junit({}).empty());
}

}  // namespace
}  // namespace floe::run
