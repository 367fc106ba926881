// A plugin that uses services of the host, and one that tells everybody what it was told.
#include "floe/interfaces/host_kv.h"
#include "floe/interfaces/host_secrets.h"
#include "floe/plugin.hpp"

namespace {

// A receiver of the plugin's own.
class Bytes {
 public:
  explicit Bytes(const floe_host* host) : host_(host), sink_(host->make_sink(host->ctx)) {}

  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;

  ~Bytes() { host_->drop_sink(sink_); }

  [[nodiscard]] floe_sink* raw() const { return sink_; }

  [[nodiscard]] std::string text() const {
    const void* data = nullptr;
    std::size_t length = 0;
    host_->sink_bytes(sink_, &data, &length);
    return std::string(static_cast<const char*>(data), length);
  }

 private:
  const floe_host* host_;
  floe_sink* sink_;
};

struct ServiceUser : floe::DBTPlugin<ServiceUser> {
  static constexpr std::uint64_t kCapabilities = FLOE_DBT_WAREHOUSE;

  ServiceUser(floe::Call& /*call*/, std::string_view config) : config_(config) {}

  // "size KEY", "leak KEY", "keep KEY", "config"
  // {"do":"size warehouse-key"}
  std::string invoke(floe::Call& call, std::string_view request) {
    request = request.substr(7, request.size() - 9);
    if (request == "config") return config_;
    const std::string key(request.substr(5));
    if (request.substr(0, 4) == "keep") return keep(call, key);
    const std::string value = secret(call, key);
    if (request.substr(0, 4) == "size") return std::to_string(value.size());
    call.log(FLOE_LOG_INFO, "user", "the key is " + value);
    call.progress(0, 1, "using " + value);
    const floe::TraceSpan span(call, "user.work");
    span.attribute("key", value);
    call.fail(FLOE_DATA, "the server does not like " + value, {{"resource", value}});
  }

  std::string parse(floe::Call& /*call*/, std::string_view /*request*/) { return "{}"; }

  std::string runtime(floe::Call& /*call*/) { return "{}"; }

 private:
  static const floe_service& service(floe::Call& call, const char* id) {
    const floe_service* found = call.host().service(id);
    if (found == nullptr) call.fail(FLOE_PERMISSION, std::string("I need ") + id);
    return *found;
  }

  static std::string secret(floe::Call& call, const std::string& key) {
    const floe_service& secrets = service(call, FLOE_HOST_SECRETS_INTERFACE);
    const auto* table = static_cast<const floe_host_secrets_v1*>(secrets.table);
    const Bytes value(call.raw_host());
    const floe_status status =
        table->get(secrets.self, call.raw_host(), call.raw(), key.data(), key.size(), value.raw());
    if (status != FLOE_OK) throw floe::PluginError(status, "no secret");
    return value.text();
  }

  static std::string keep(floe::Call& call, const std::string& key) {
    const floe_service& kv = service(call, FLOE_HOST_KV_INTERFACE);
    const auto* table = static_cast<const floe_host_kv_v1*>(kv.table);
    const floe_status status = table->put(kv.self, call.raw_host(), call.raw(), key.data(), key.size(), "1", 1);
    return status == FLOE_OK ? "kept" : "not kept";
  }

  std::string config_;
};

}  // namespace

FLOE_PLUGIN("org.example.probe", "1.2.3", "Example Ltd", floe::expose<ServiceUser>("probe"));
