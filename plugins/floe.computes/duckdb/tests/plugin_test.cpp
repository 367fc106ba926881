#include "compute_fixture.hpp"

#include "base/text/text.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

std::string problems(const std::string& config) {
  const floe_host host = make_host();
  floe_call call;
  const floe_plugin* plugin = nullptr;
  REQUIRE(floe_plugin_entry_v1(&host, &call, &plugin) == FLOE_OK);
  const auto* table = static_cast<const floe_compute_v1*>(plugin->interfaces[0].table);
  floe_sink sink;
  REQUIRE(table->validate_config(&host, &call, config.data(), config.size(), &sink) == FLOE_OK);
  return sink.bytes;
}

}  // namespace

TEST_CASE("the entry names the plugin as plugin.json does") {
  const floe_host host = make_host();
  floe_call call;
  const floe_plugin* plugin = nullptr;
  REQUIRE(floe_plugin_entry_v1(&host, &call, &plugin) == FLOE_OK);
  CHECK(std::string(plugin->id) == "io.floe.compute.duckdb");
  CHECK(std::string(plugin->interfaces[0].id) == "floe.compute/1");
  CHECK(std::string(plugin->interfaces[0].name) == "duckdb");
  const auto* table = static_cast<const floe_compute_v1*>(plugin->interfaces[0].table);
  CHECK(table->capabilities ==
        (FLOE_COMPUTE_WRITES_FILES | FLOE_COMPUTE_REWRITES_FILES | FLOE_COMPUTE_ANALYZE | FLOE_COMPUTE_SCAN_FILTERS));
  CHECK(table->threading == FLOE_THREADS_CONCURRENT);
}

TEST_CASE("a configuration's problems are all told") {
  CHECK(problems("{}") == "[]");
  CHECK(
      problems(
          R"({"threads":2,"memory_limit":"1GB","temp_directory":"/tmp","settings":{"TimeZone":"UTC"},"max_json_depth":99,"statement_timeout":60})") ==
      "[]");
  CHECK(
      problems(
          R"({"threads":0,"memory":"1GB","settings":{"autoload_known_extensions":true,"x":[]},"max_json_depth":257,"statement_timeout":0})") ==
      R"([{"path":"threads","message":"`threads` is a whole number from 1 to 4096"},)"
      R"({"path":"memory","message":"unknown key `memory`; known are threads, memory_limit, temp_directory, max_temp_directory_size, max_json_depth, statement_timeout, settings"},)"
      R"({"path":"settings.autoload_known_extensions","message":"`autoload_known_extensions` is set by floe"},)"
      R"({"path":"settings.x","message":"a setting is a text, a number or a boolean"},)"
      R"({"path":"max_json_depth","message":"`max_json_depth` is a whole number from 1 to 256"},)"
      R"({"path":"statement_timeout","message":"`statement_timeout` is a whole number from 1 to 604800"}])");
}

TEST_CASE("a setting that is fixed, or has a key, is refused whatever its case and name") {
  CHECK(
      problems(
          R"({"settings":{"Lock_Configuration":"false","max_memory":"9GB","THREADS":9,"max_temp_directory_size":"9GB"}})") ==
      R"([{"path":"settings.Lock_Configuration","message":"`Lock_Configuration` is set by floe"},)"
      R"({"path":"settings.max_memory","message":"write `memory_limit` beside `settings`"},)"
      R"({"path":"settings.THREADS","message":"write `threads` beside `settings`"},)"
      R"({"path":"settings.max_temp_directory_size","message":"write `max_temp_directory_size` beside `settings`"}])");
}

TEST_CASE("settings reach every session, and nothing is loaded from the network") {
  Compute compute(R"({"threads":1,"settings":{"TimeZone":"Asia/Tokyo"}})");
  CHECK(
      compute.rows(
          "SELECT current_setting('TimeZone') AS z, current_setting('threads') AS t, "
          "current_setting('autoinstall_known_extensions') AS i, current_setting('autoload_known_extensions') AS l") ==
      R"({"z":"Asia/Tokyo","t":1,"i":false,"l":false})");
}

TEST_CASE("check_connection names the engine") {
  Compute compute;
  floe_call call;
  const auto result = compute.client.check_connection(&call);
  FLOE_REQUIRE_OK(result);
  const auto parsed = parse_json_object(*result);
  FLOE_REQUIRE_OK(parsed);
  CHECK(parsed->at("status").as_string() == "ok");
  CHECK(parsed->at("message").as_string() == "DuckDB v1.5.5");
}
