// What happens to an instance besides its methods: health, panics, and the trace of it all.
#include "plugin/call_trace.hpp"
#include "plugin_box.hpp"

#include "base/json/json.hpp"

namespace floe::abi_test {
namespace {

TEST_CASE("an instance that is not well is not handed out, a degraded one is") {
  PluginBox box;
  box.install_probe("good");
  const auto host = box.host();
  CHECK(findings(host->open_instance("floe.dbt", "probe", R"({"health":"failed"})")) ==
        "FLOE-E0432 plugin `org.example.probe`: the new instance is not well: the disk is full");
  CHECK(findings(host->open_instance("floe.dbt", "probe", R"({"health":"odd"})")) ==
        "FLOE-E0432 plugin `org.example.probe`: the new instance is not well: its state is `odd`, which is none");
  FLOE_CHECK_OK(host->open_instance("floe.dbt", "probe", R"({"health":"degraded"})"));
}

TEST_CASE("a cancel while an instance is made is a cancel, not a fault of the plugin") {
  PluginBox box;
  box.install_probe("good");
  const auto host = box.host();
  CallOptions options;
  options.cancel.cancel();
  const auto opened = host->open_instance("floe.dbt", "probe", "{}", options);
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == ErrorCode::kCancelled);
  CHECK(opened.error().detail("floe.diagnostics") == nullptr);
}

TEST_CASE("after the second panic of a plugin no instance of it is made") {
  PluginBox box;
  box.install_probe("raw_thrower");
  const auto host = box.host();
  const HostCall call = host->make_call({});
  for (int turn = 0; turn < 2; ++turn) {
    const Instance instance = open_probe(*host);
    CHECK(instance.client<DbtClient>().invoke(call.raw(), "x").error().code == ErrorCode::kPanic);
    CHECK(instance.is_poisoned());
    CHECK(instance.client<DbtClient>().invoke(call.raw(), "x").error().message ==
          "the instance of plugin `org.example.probe` is not used any more after a panic");
  }
  CHECK(findings(host->open_instance("floe.dbt", "probe", "{}")) ==
        "FLOE-E0431 plugin `org.example.probe` is not used any more by this process: 2 of its instances ended in a "
        "panic");
}

TEST_CASE("the trace has every call, with its outcome and what it was for") {
  PluginBox box;
  box.install_probe("good");
  CallTrace trace;
  {
    const auto host = box.host(nullptr, &trace);
    const Instance instance = open_probe(*host);
    CallOptions options;
    options.scope = "model.shop.orders";
    const HostCall call = host->make_call(options);
    CHECK(instance.client<DbtClient>().invoke(call.raw(), "x").has_value());
    CHECK_FALSE(instance.client<DbtClient>().invoke(call.raw(), "mute failure").has_value());
  }
  std::string seen;
  for (const TracedCall& one : trace.calls()) {
    CHECK(one.end_ns >= one.begin_ns);
    seen += one.method + " " + one.scope + " " + std::to_string(one.status) + " " + std::to_string(one.thread) + "\n";
  }
  CHECK(seen ==
        "dbt.validate_config  0 1\ndbt.create  0 1\ndbt.health  0 1\n"
        "dbt.invoke model.shop.orders 0 1\ndbt.invoke model.shop.orders 6 1\ndbt.destroy  0 1\n");

  const auto chrome = parse_json_object(trace.chrome_json());
  FLOE_REQUIRE_OK(chrome);
  const json::array& events = chrome->at("traceEvents").as_array();
  REQUIRE(events.size() == 8);
  CHECK(to_json(events[0]) == R"({"name":"process_name","ph":"M","pid":1,"tid":0,"args":{"name":"floe"}})");
  CHECK(to_json(events[1]) == R"({"name":"thread_name","ph":"M","pid":1,"tid":1,"args":{"name":"thread 1"}})");
  CHECK(to_json(events[6].at("args")) ==
        R"({"plugin":"org.example.probe","status":"conflict","node":"model.shop.orders"})");
  CHECK(events[2].at("ts") == 0.0);
  for (std::size_t i = 2; i < events.size(); ++i)
    CHECK(events[i].at("ph") == "X");
}

}  // namespace
}  // namespace floe::abi_test
