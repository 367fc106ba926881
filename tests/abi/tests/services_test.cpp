// Host services as plugins get them: who may have one, and what becomes of a secret.
#include "plugin/host_core.hpp"
#include "plugin_box.hpp"
#include "service/host_services.hpp"

#include "floe/client/host_secrets.hpp"

namespace floe::abi_test {
namespace {

// Everything that plugins say.
class Listener final : public HostObserver {
 public:
  void log(const LogRecord& record) override {
    if (record.level >= FLOE_LOG_INFO) lines += std::string(record.message) + "\n";
  }

  SpanHandle begin_span(const SpanStart& /*start*/) override { return {7, ""}; }

  void span_attribute(std::uint64_t /*token*/, std::string_view key, std::string_view value) override {
    lines += "span " + std::string(key) + "=" + std::string(value) + "\n";
  }

  void progress(const ProgressReport& report) override { lines += "progress " + std::string(report.message) + "\n"; }

  std::string lines;
};

// A project with the frozen secrets plugin, whose value of KEY is `copied:KEY`, and a user of services.
class Platform {
 public:
  explicit Platform(const std::string& services, const std::string& group_of_secrets = "floe.secrets") {
    box_.install(read_file(probe_path("frozen")),
                 PluginBox::manifest("frozen", {{"org.example.probe", "org.example.frozen"},
                                                {"1.2.3", "1.0.0"},
                                                {"floe.dbt\"", group_of_secrets + "\""},
                                                {"floe.dbt/1", "floe.secrets/1"},
                                                {"[\"warehouse\"]", "[]"}}),
                 "frozen", group_of_secrets);
    box_.install_probe("service_user", {{"\"library\"", "\"services\": [" + services + "], \"library\""}});
    box_.redact = [this](std::string_view text) { return mask_.apply(text); };
    host_ = box_.host(&listener_);
    services_.emplace(*host_, service::ServiceEnvironment{
                                  *files_, box_.environment, *clock_, mask_, [] { return CallOptions(); },
                                  [this](std::string_view name) { secrets_read_ += std::string(name) + "\n"; }});
    compiled_.state_directory = "/w/.floe";
    compiled_.plugins["secrets"] = {"frozen", "{}", {}};
    compiled_.plugins["dbt"] = {"probe", "{}", {}};
    services_->configure(compiled_);
  }

  std::string invoke(const std::string& request) {
    const Instance instance = open_probe(*host_);
    const HostCall call = host_->make_call({});
    const auto result = instance.client<DbtClient>().invoke(call.raw(), R"({"do":")" + request + "\"}");
    if (result.has_value()) return *result;
    std::string text = std::string(error_code_name(result.error().code)) + ": " + result.error().to_string();
    for (const auto& [key, value] : result.error().details)
      text += " [" + key + "=" + value + "]";
    return text;
  }

  void deny(std::vector<std::string> globs) {
    compiled_.denied_services = std::move(globs);
    services_->configure(compiled_);
  }

  [[nodiscard]] const std::string& secrets_read() const { return secrets_read_; }

  std::string said() { return std::exchange(listener_.lines, {}); }

  PluginHost& host() { return *host_; }

 private:
  PluginBox box_;
  service::SecretMask mask_;
  std::string secrets_read_;
  Listener listener_;
  std::unique_ptr<io::FileSystem> files_ = io::make_memory_file_system();
  std::unique_ptr<io::Clock> clock_ = io::make_system_clock();
  compile::Compiled compiled_;
  std::unique_ptr<PluginHost> host_;
  std::optional<service::HostServices> services_;
};

TEST_CASE("a secret reaches the plugin that asks, and nothing that plugin says shows it") {
  Platform platform(R"("floe.host.secrets/1")");
  CHECK(platform.invoke("size warehouse-key") == "20");
  CHECK(platform.said().empty());
  CHECK(platform.invoke("leak warehouse-key") == "data: the server does not like *** [resource=***]");
  CHECK(platform.said() == "the key is ***\nprogress using ***\nspan key=***\n");
  CHECK(platform.invoke("size missing") == "not_found: no secret [resource=missing]");
  CHECK(platform.secrets_read() == "warehouse-key\nwarehouse-key\nmissing\n");
}

TEST_CASE("the value is gone from the memory of a sink that was dropped") {
  Platform platform(R"("floe.host.secrets/1")");
  const floe_host* host = platform.host().raw();
  floe_sink* sink = host->make_sink(host->ctx);
  sink->is_secret = true;
  const std::string part(64, 's');
  CHECK(host->write(sink, part.data(), part.size()) == FLOE_OK);
  CHECK(host->write(sink, part.data(), part.size()) == FLOE_OK);
  CHECK(sink->bytes == part + part);
  host->drop_sink(sink);  // the address sanitizer watches the wipe
}

TEST_CASE("a refused service names plugin, service and reason, once") {
  struct Case {
    const char* services;
    std::vector<std::string> denied;
    std::string reason;
  };

  for (const Case& one : {Case{"", {}, "its plugin.json does not ask for it in `services`"},
                          Case{R"("floe.host.kv/1")", {"floe.host.k?/1"}, "the platform denies `floe.host.k?/1`"}}) {
    Platform platform(one.services);
    platform.deny(one.denied);
    CHECK(platform.invoke("keep a") == "permission: I need floe.host.kv/1");
    CHECK(platform.invoke("keep b") == "permission: I need floe.host.kv/1");
    CHECK(platform.said() == "plugin `org.example.probe` does not get service `floe.host.kv/1`: " + one.reason + "\n");
  }
  Platform granted(R"("floe.host.kv/1")");
  CHECK(granted.invoke("keep a") == "kept");
  CHECK(granted.said().empty());
}

TEST_CASE("a platform without a secrets plugin says so") {
  Platform platform(R"("floe.host.secrets/1")", "floe.lineage_backends");
  const floe_host* host = platform.host().raw();
  const auto* service = static_cast<const floe_service*>(host->get_service(host->ctx, FLOE_HOST_SECRETS_INTERFACE));
  REQUIRE(service != nullptr);
  const HostSecretsClient secrets(host, static_cast<const floe_host_secrets_v1*>(service->table), service->self);
  const HostCall call = platform.host().make_call({});
  CHECK(findings(secrets.get(call.raw(), "k"))
            .starts_with("FLOE-E0401 plugin `frozen` of `floe.secrets` is not installed"));
}

}  // namespace
}  // namespace floe::abi_test
