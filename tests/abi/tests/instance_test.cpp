#include "plugin/interface_info.hpp"
#include "plugin_box.hpp"

#include "floe/plugin.hpp"

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

namespace floe::abi_test {
namespace {

std::string invoke(const Instance& instance, const HostCall& call, const std::string& request) {
  const auto result = instance.client<DbtClient>().invoke(call.raw(), request);
  if (result.has_value()) return *result;
  std::string text = std::string(error_code_name(result.error().code)) + ": " + result.error().to_string();
  for (const auto& [key, value] : result.error().details)
    text += " [" + key + "=" + value + "]";
  return text;
}

TEST_CASE("a C plugin answers through the host") {
  PluginBox box;
  box.install_probe("good");
  const auto host = box.host();
  const Instance instance = open_probe(*host);
  const HostCall call = host->make_call({});
  CHECK(instance.plugin().manifest.id == "org.example.probe");
  CHECK(instance.capabilities() == FLOE_DBT_WAREHOUSE);
  CHECK(invoke(instance, call, R"({"command":"run"})") == R"({"command":"run"})");
  CHECK(invoke(instance, call, "") == "");
  CHECK(invoke(instance, call, "fork") == R"({"message":"of the fork","details":{}})");
  CHECK(invoke(instance, call, "error and success") == "");
  CHECK(*instance.client<DbtClient>().health(call.raw()) == R"({"state":"ok","message":"","details":{}})");
  CHECK(*instance.client<DbtClient>().describe(call.raw()) == R"({"name":"probe"})");
}

TEST_CASE("failures carry status, message and details, and leave the call usable") {
  PluginBox box;
  box.install_probe("good");
  const auto host = box.host();
  const Instance instance = open_probe(*host);
  const HostCall call = host->make_call({});
  CHECK(invoke(instance, call, "mute failure") ==
        "conflict: `dbt.invoke` failed: conflict (plugin `org.example.probe` gave no message)");
  CHECK(invoke(instance, call, "detailed failure") == "unavailable: the token *** has expired [http.status=503]");
  CHECK(invoke(instance, call, "strange status") ==
        "internal: of a newer floe [floe.status=4711] [floe.plugin=org.example.probe]");
  CHECK(invoke(instance, call, "flood") ==
        "exhausted: `dbt.invoke` failed: exhausted (plugin `org.example.probe` gave no message)");
  CHECK(invoke(instance, call, "still here") == "still here");
  const auto lint = instance.client<DbtClient>().lint(call.raw(), "{}");
  REQUIRE_FALSE(lint.has_value());
  CHECK(lint.error().code == ErrorCode::kUnsupported);
  CHECK(lint.error().to_string() == "`dbt.lint` is not implemented by this plugin");
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> counted;
  for (const MethodStatistics& one : instance.statistics())
    counted[one.method] = {one.calls, one.failures};
  CHECK(counted == std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>{
                       {"dbt.health", {1, 0}}, {"dbt.invoke", {5, 4}}, {"dbt.lint", {1, 1}}});
}

TEST_CASE("a refused configuration and a create that fails are diagnostics") {
  PluginBox box;
  box.install_probe("good");
  const auto host = box.host();
  const auto wrong = host->open_instance("floe.dbt", "probe", R"({"color": "red"})");
  CHECK(findings(wrong) == "FLOE-E0415 configuration of plugin `probe`, `color`: unknown key; accepted is `size`");
  const auto broken = host->open_instance("floe.dbt", "probe", R"({"size": "broken"})");
  CHECK(findings(broken) ==
        "FLOE-E0416 plugin `org.example.probe`: no instance could be created: the server does not answer");
  CHECK(broken.error().code == ErrorCode::kUnavailable);
  CHECK(*host->validate_config("floe.dbt", "probe", R"({"color": 1})") ==
        R"([{"path":"color","message":"unknown key; accepted is `size`"}])");
}

// Tells when the plugin has begun to hang.
class ProgressWatch final : public HostObserver {
 public:
  void progress(const ProgressReport& report) override {
    const std::lock_guard lock(mutex_);
    seen_ = std::string(report.message) + " " + std::string(report.plugin) + " " + std::string(report.scope);
    changed_.notify_all();
  }

  std::string wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !seen_.empty(); });
    return std::exchange(seen_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string seen_;
};

TEST_CASE("cancel wakes a plugin that hangs, and later calls of that run are not begun") {
  PluginBox box;
  box.install_probe("good");
  ProgressWatch watch;
  const auto host = box.host(&watch);
  const Instance instance = open_probe(*host);
  CallOptions options;
  options.scope = "model.shop.orders";
  CancelSource cancel = options.cancel;
  std::string answer;
  std::thread worker([&] {
    const HostCall call = host->make_call(options);
    answer = invoke(instance, call, "hang");
  });
  CHECK(watch.wait() == "hanging org.example.probe model.shop.orders");
  cancel.cancel();
  worker.join();
  CHECK(answer == "cancelled: woken by cancel");
  const HostCall late = host->make_call(options);
  CHECK(invoke(instance, late, "echo") == "cancelled: cancelled");
  const HostCall other = host->make_call({});
  CHECK(invoke(instance, other, "echo") == "echo");
}

TEST_CASE("a hook for a call that is cancelled already runs at once, and who waits for a busy plugin gives up") {
  PluginBox box;
  box.install_probe("serial");
  ProgressWatch watch;
  const auto host = box.host(&watch);
  const Instance instance = open_probe(*host);
  CallOptions hanging;
  CallOptions waiting;
  std::string hung;
  std::string waited;
  std::thread holder([&] {
    const HostCall call = host->make_call(hanging);
    hung = invoke(instance, call, "hang");
  });
  watch.wait();
  std::thread waiter([&] {
    const HostCall call = host->make_call(waiting);
    waited = invoke(instance, call, "echo");
  });
  waiting.cancel.cancel();
  waiter.join();
  CHECK((waited == "cancelled: cancelled while waiting for the plugin" || waited == "cancelled: cancelled"));
  CallOptions late;
  late.deadline_unix_ns = 1;
  const HostCall call = host->make_call(late);
  CHECK(invoke(instance, call, "echo") == "timeout: the deadline has passed");
  CallOptions soon;
  soon.deadline_unix_ns = io::make_system_clock()->now_unix_ns() + 20'000'000;
  const HostCall impatient = host->make_call(soon);
  CHECK(invoke(instance, impatient, "echo") == "timeout: the deadline passed while waiting for the plugin");
  hanging.cancel.cancel();
  holder.join();
  CHECK(hung == "cancelled: woken by cancel");
}

TEST_CASE("threads: serial plugins never overlap, concurrent ones may, affine ones stay on one thread") {
  for (const std::string kind : {"serial", "affine"}) {
    INFO(kind);
    PluginBox box;
    box.install_probe(kind);
    const auto host = box.host();
    const Instance instance = open_probe(*host);
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        const HostCall call = host->make_call({});
        for (int i = 0; i < 50; ++i) {
          if (invoke(instance, call, "overlap") != "alone") ++wrong;
          if (kind == "affine" && invoke(instance, call, "thread") != "creator") ++wrong;
        }
      });
    }
    for (std::thread& one : threads)
      one.join();
    CHECK(wrong == 0);
  }
}

TEST_CASE("exceptions become statuses, a panic ends the instance and no other") {
  for (const std::string probe : {"thrower", "raw_thrower"}) {
    INFO(probe);
    PluginBox box;
    box.install_probe(probe);
    const auto host = box.host();
    const Instance first = open_probe(*host);
    const Instance second = open_probe(*host);
    const HostCall call = host->make_call({});
    if (probe == "thrower") {
      CHECK(invoke(first, call, R"({"do":"plugin error"})") == "conflict: changed meanwhile [resource=t]");
      CHECK(invoke(first, call, R"({"do":"memory"})") == "exhausted: out of memory");
      CHECK(invoke(second, call, R"({"do":"unknown"})") ==
            "panic: an unknown exception reached the plugin boundary [floe.plugin=org.example.probe]");
      CHECK(second.is_poisoned());
      CHECK_FALSE(first.is_poisoned());
      CHECK(invoke(first, call, R"({"do":"standard"})") == "panic: a bug [floe.plugin=org.example.probe]");
    } else {
      CHECK(invoke(first, call, R"({"do":"x"})") == "panic: nobody catches me here [floe.plugin=org.example.probe]");
      CHECK(*second.client<DbtClient>().parse(call.raw(), R"({"do":1})") == R"({"do":1})");
    }
    CHECK(first.is_poisoned());
    CHECK(invoke(first, call, R"({"do":"x"})") ==
          "panic: the instance of plugin `org.example.probe` is not used any more after a panic");
  }
}

TEST_CASE("a redaction that throws costs the message, not the process") {
  PluginBox box;
  box.redact = [](std::string_view) -> std::string { throw std::bad_alloc(); };
  box.install_probe("raw_thrower");
  const auto host = box.host();
  CHECK(
      invoke(open_probe(*host), host->make_call({}), "x") ==
      "panic: `dbt.invoke` failed: panic (plugin `org.example.probe` gave no message) [floe.plugin=org.example.probe]");
}

// A plugin class that breaks the SDK's promises.
struct Careless : DBTPlugin<Careless> {
  static std::unique_ptr<Careless> create(Call&, std::string_view config) {
    return config == "none" ? nullptr : std::make_unique<Careless>();
  }

  Result<std::string> invoke(Call&, std::string_view) { return Error{static_cast<ErrorCode>(FLOE_OK), "odd", {}, {}}; }

  std::string parse(Call&, std::string_view) { return {}; }

  std::string runtime(Call&) { return {}; }
};

TEST_CASE("the SDK makes failures of an instance that is none and of an error that says OK") {
  PluginBox box;
  const auto host = box.host();
  const HostCall call = host->make_call({});
  const floe_dbt_v1 table = Careless::table();
  void* self = nullptr;
  CHECK(table.create(host->raw(), call.raw(), "none", 4, &self) == FLOE_INTERNAL);
  REQUIRE(table.create(host->raw(), call.raw(), "{}", 2, &self) == FLOE_OK);
  CHECK(table.invoke(self, call.raw(), "", 0, nullptr) == FLOE_INTERNAL);
  CHECK(take_call_error(host->raw(), call.raw(), FLOE_INTERNAL, "invoke").to_string() == "odd");
  table.destroy(self);
}

class Recorder final : public HostObserver {
 public:
  void log(const LogRecord& record) override {
    if (record.target == "probe")
      lines.push_back("log " + std::string(record.message) + " " + std::string(record.traceparent));
  }

  SpanHandle begin_span(const SpanStart& start) override {
    lines.push_back("begin " + std::string(start.name) + " in " + std::string(start.traceparent));
    return {7, "00-0af7651916cd43dd8448eb211c80319c-00000000000000ff-01"};
  }

  void span_attribute(std::uint64_t token, std::string_view key, std::string_view value) override {
    lines.push_back("attribute " + std::to_string(token) + " " + std::string(key) + "=" + std::string(value));
  }

  void end_span(std::uint64_t token, floe_status outcome) override {
    lines.push_back("end " + std::to_string(token) + " " + std::to_string(outcome));
  }

  std::vector<std::string> lines;
};

TEST_CASE("spans nest under the caller's trace and logs carry the span they were written in") {
  PluginBox box;
  box.install_probe("good");
  Recorder recorder;
  const auto host = box.host(&recorder);
  const Instance instance = open_probe(*host);
  CallOptions options;
  options.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const HostCall call = host->make_call(options);
  CHECK(invoke(instance, call, "trace") == "00-0af7651916cd43dd8448eb211c80319c-00000000000000ff-01");
  CHECK(recorder.lines ==
        std::vector<std::string>{"begin probe.work in 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                 "attribute 7 rows=3",
                                 "log working 00-0af7651916cd43dd8448eb211c80319c-00000000000000ff-01", "end 7 0"});
}

// A service whose `describe` calls the instance that asked for it.
struct Echo {
  const Instance* instance = nullptr;

  static floe_status FLOE_CALL describe(void* self, const floe_host* host, floe_call* call, floe_sink* result) {
    const Instance& instance = *static_cast<Echo*>(self)->instance;
    const CallFork fork(host, call);
    const auto* table = static_cast<const floe_dbt_v1*>(instance.table());
    const floe_status status = table->invoke(instance.self(), fork.raw(), "echo", 4, result);
    return status == FLOE_OK ? status : report_error(host, call, take_call_error(host, fork.raw(), status, "echo"));
  }
};

TEST_CASE("a plugin that calls itself is answered, or refused where one method runs at a time") {
  const std::map<std::string, std::string> asks{
      {"\"library\"", "\"services\": [\"floe.host.warehouse/1\"], \"library\""}};
  const std::string refused = "invalid_state: the plugin called itself on an instance that runs one method at a time";
  for (const auto& [kind, answer] :
       std::map<std::string, std::string>{{"good", "echo"}, {"serial", refused}, {"affine", refused}}) {
    INFO(kind);
    PluginBox box;
    box.install_probe(kind, asks);
    const auto host = box.host();
    floe_warehouse_v1 table{};
    table.struct_size = sizeof table;
    table.describe = &Echo::describe;
    Echo echo;
    host->provide_service("floe.host.warehouse/1", &table, &echo, {"floe.dbt"});
    const Instance instance = open_probe(*host);
    echo.instance = &instance;
    CallOptions options;
    options.deadline_unix_ns = io::make_system_clock()->now_unix_ns() + 5'000'000'000;  // instead of for ever
    CHECK(invoke(instance, host->make_call(options), "call service") == answer);
  }
}

TEST_CASE("a service is granted only to a group that may have it and a manifest that asks") {
  const std::map<std::string, std::string> asks{
      {"\"library\"", "\"services\": [\"floe.host.warehouse/1\"], \"library\""}};

  struct Case {
    bool asks;
    const char* group;
    const char* answer;
  };

  for (const Case& one :
       {Case{true, "floe.dbt", "granted"}, Case{false, "floe.dbt", "none"}, Case{true, "floe.computes", "none"}}) {
    PluginBox box;
    box.install_probe("good", one.asks ? asks : std::map<std::string, std::string>{});
    const auto host = box.host();
    const floe_warehouse_v1 table{};
    host->provide_service("floe.host.warehouse/1", &table, nullptr, {one.group});
    const Instance instance = open_probe(*host);
    const HostCall call = host->make_call({});
    CHECK(invoke(instance, call, "service") == one.answer);
  }
}

TEST_CASE("a wrapper table has every slot, and an instance outlives the host that made it") {
  PluginBox box;
  box.install_probe("good");
  auto host = box.host();
  const Instance instance = open_probe(*host);
  HostCall call = host->make_call({});
  host.reset();
  CHECK(invoke(instance, call, "alive") == "alive");
  const auto* table = static_cast<const floe_dbt_v1*>(instance.table());
  CHECK(table->struct_size == sizeof(floe_dbt_v1));
  CHECK(table->create(instance.host(), call.raw(), "{}", 2, nullptr) == FLOE_UNSUPPORTED);
  table->destroy(instance.self());  // the host's to do: nothing happens
  CHECK(invoke(instance, call, "alive") == "alive");
  CHECK(table->create(instance.host(), nullptr, "{}", 2, nullptr) == FLOE_UNSUPPORTED);
  CHECK(table->health(instance.self(), nullptr, nullptr) == FLOE_INVALID_ARGUMENT);
  CHECK(instance.host()->fork_call(nullptr) == nullptr);
  for (const InterfaceInfo* info : known_interfaces()) {
    for (const SlotInfo& slot : info->slots) {
      INFO(info->id << " " << slot.name);
      void (*function)() = nullptr;
      std::memcpy(&function, static_cast<const char*>(info->wrapper) + slot.offset, sizeof function);
      CHECK(function != nullptr);
    }
  }
}

}  // namespace
}  // namespace floe::abi_test
