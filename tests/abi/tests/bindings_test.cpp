// Composition: what a plugin is told about those it requires.
#include "engine/bindings.hpp"

#include "plugin_box.hpp"

namespace floe::abi_test {
namespace {

// A user of the warehouse's places that requires `needed`, beside the local storage of this build.
class Composed {
 public:
  explicit Composed(const std::string& needed) {
    const std::string local = std::string(FLOE_BUILD_DIR) + "/lib/floe/plugins/floe.storage/local";
    box_.install(read_file(local + "/libfloe_plugin_storage_local.so"),
                 replaced(read_file(local + "/plugin.json"), "libfloe_plugin_storage_local.so", "plugin.so"), "local",
                 "floe.storage");
    write_file(box_.directory("local", "floe.storage") + "/config.schema.json",
               read_file(local + "/config.schema.json"));
    box_.install_probe("service_user", {{"\"library\"", "\"requires\": [" + needed + "], \"library\""}});
    host_ = box_.host();
    compiled_.plugins["storage"] = {"local", R"({"root":"/srv/warehouse"})", {}};
    compiled_.plugins["dbt"] = {"probe", R"({"threads":4})", {}};
    bindings_ = std::make_unique<run::Bindings>(*host_, compiled_, CallOptions());
  }

  // The configuration that the plugin was made with.
  std::string config() {
    const auto instance = bindings_->open("dbt");
    if (!instance.has_value()) return findings(instance.error());
    const HostCall call = host_->make_call({});
    const auto answer = instance->client<DbtClient>().invoke(call.raw(), R"({"do":"config"})");
    return answer.has_value() ? *answer : answer.error().to_string();
  }

 private:
  PluginBox box_;
  compile::Compiled compiled_;
  std::unique_ptr<PluginHost> host_;
  std::unique_ptr<run::Bindings> bindings_;
};

TEST_CASE("a plugin gets the bindings it requires, and no other") {
  CHECK(Composed("").config() == R"({"threads":4})");
  CHECK(Composed(R"("floe.storage/1")").config() ==
        R"({"threads":4,"bindings":{"storage":{"kind":"local","root":"file:///srv/warehouse"}}})");
  CHECK(Composed(R"("floe.storage/1#local_files")").config() ==
        R"({"threads":4,"bindings":{"storage":{"kind":"local","root":"file:///srv/warehouse"}}})");
}

TEST_CASE("a required side that is not there or has no binding") {
  CHECK(Composed(R"("floe.catalog/1")").config() == "the platform chooses no plugin for `catalog`");
  CHECK(Composed(R"("floe.lineage/1")").config() == R"({"threads":4,"bindings":{}})");
}

TEST_CASE("a binding that carries a secret reaches nobody") {
  PluginBox box;
  box.install_streamer();
  const auto host = box.host();
  compile::Compiled compiled;
  compiled.plugins["storage"] = {"streamer", "{}", {}};
  run::Bindings bindings(*host, compiled, {});
  CHECK(findings(bindings.of("storage")) ==
        "FLOE-E0435 storage plugin `org.example.streamer` puts a secret into its binding, at "
        "`properties.s3.secret_access_key`: other plugins would get it");
  CHECK(bindings.of("dbt").error().message == "plugins for `dbt` have no binding");
}

}  // namespace
}  // namespace floe::abi_test
