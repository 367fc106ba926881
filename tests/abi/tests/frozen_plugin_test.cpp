// Plugins built from the headers of version 1.0 in tests/abi/v1, and one of a later minor, with today's host, with one
// that lacks what 1.0 added last, and with one that has more.
#include "plugin_box.hpp"

#include <cstring>
#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

namespace floe::abi_test {
namespace {

void install(PluginBox& box, const std::string& probe, const std::string& group, const std::string& interface,
             const std::string& capabilities = "[]") {
  box.install(read_file(probe_path(probe)),
              PluginBox::manifest("frozen", {{"org.example.probe", "org.example.frozen"},
                                             {"1.2.3", "1.0.0"},
                                             {"floe.dbt\"", group + "\""},
                                             {"floe.dbt/1", interface},
                                             {"[\"warehouse\"]", capabilities}}),
              "frozen", group);
}

template <class T>
std::string said(const Result<T>& result) {
  return result.has_value() ? *result : result.error().to_string();
}

Instance open_frozen(PluginHost& host, const std::string& group) {
  auto instance = host.open_instance(group, "frozen", "{}");
  if (!instance.has_value()) FAIL(findings(instance.error()));
  return *std::move(instance);
}

// The host's table, `size` bytes long, in front of a page that nobody may touch.
class HostTable {
 public:
  HostTable(const floe_host& host, std::size_t size) : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
    memory_ =
        static_cast<char*>(::mmap(nullptr, 2 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    REQUIRE(memory_ != MAP_FAILED);
    REQUIRE(::mprotect(memory_ + page_, page_, PROT_NONE) == 0);
    std::memcpy(start(size), &host, std::min(size, sizeof host));
    table_ = static_cast<floe_host*>(static_cast<void*>(start(size)));
    table_->struct_size = static_cast<std::uint32_t>(size);
  }

  HostTable(const HostTable&) = delete;
  HostTable& operator=(const HostTable&) = delete;

  ~HostTable() { ::munmap(memory_, 2 * page_); }

  floe_host* operator->() { return table_; }

  [[nodiscard]] const floe_host* get() const { return table_; }

 private:
  char* start(std::size_t size) { return memory_ + page_ - size; }

  std::size_t page_;
  char* memory_;
  floe_host* table_;
};

// The secret of key `k` as the library gives it to a host with this table; `host` is what the test itself uses.
std::string secret_of(const std::string& probe, const floe_host* table, const floe_host* host, floe_call* call) {
  void* library = ::dlopen(probe_path(probe).c_str(), RTLD_NOW | RTLD_LOCAL);
  REQUIRE(library != nullptr);
  const auto entry = reinterpret_cast<floe_plugin_entry_v1_fn>(::dlsym(library, "floe_plugin_entry_v1"));
  const floe_plugin* plugin = nullptr;
  REQUIRE(entry(table, call, &plugin) == FLOE_OK);
  const auto& secrets = *static_cast<const floe_secrets_v1*>(plugin->interfaces[0].table);
  void* self = nullptr;
  REQUIRE(secrets.create(table, call, "{}", 2, &self) == FLOE_OK);
  floe_sink* sink = host->make_sink(host->ctx);
  CHECK(secrets.get(self, call, "k", 1, sink) == FLOE_OK);
  const void* data = nullptr;
  std::size_t length = 0;
  host->sink_bytes(sink, &data, &length);
  std::string value(static_cast<const char*>(data), length);
  host->drop_sink(sink);
  CHECK(secrets.get(self, call, "missing", 7, nullptr) == FLOE_NOT_FOUND);
  CHECK(host->call_error(call, nullptr) == FLOE_NOT_FOUND);
  host->clear_error(call);
  secrets.destroy(self);
  return value;
}

TEST_CASE("a plugin of the first release loads and answers through all stable interfaces") {
  PluginBox box;
  install(box, "frozen", "floe.secrets", "floe.secrets/1");
  install(box, "frozen", "floe.lineage_backends", "floe.lineage/1");
  install(box, "frozen", "floe.alert_channels", "floe.alert_channel/1");
  const auto host = box.host();
  const HostCall call = host->make_call({});

  const Instance secrets = open_frozen(*host, "floe.secrets");
  const auto keys = secrets.client<SecretsClient>();
  CHECK(said(keys.get(call.raw(), "k")) == "copied:k");
  CHECK(said(keys.get(call.raw(), "missing")) == "no such secret");
  CHECK(said(keys.list(call.raw(), "")) == "`secrets.list` is not implemented by this plugin");
  CHECK(said(keys.pod_environment(call.raw(), "{}")) == R"({"env":[]})");

  const Instance lineage = open_frozen(*host, "floe.lineage_backends");
  CHECK(lineage.client<LineageClient>().emit(call.raw(), "[{}]").has_value());
  CHECK(lineage.client<LineageClient>().emit(call.raw(), "[]").error().to_string() == "the backend is down");

  const Instance alerts = open_frozen(*host, "floe.alert_channels");
  CHECK(said(alerts.client<AlertChannelClient>().send(call.raw(), "{}")) == R"({"delivered":true,"attempts":1})");
}

TEST_CASE("a plugin of a later minor loads; what it added stays out of sight") {
  PluginBox box;
  install(box, "future", "floe.secrets", "floe.secrets/1", R"(["rotates"])");
  const auto host = box.host();
  const HostCall call = host->make_call({});
  const Instance secrets = open_frozen(*host, "floe.secrets");
  CHECK(said(secrets.client<SecretsClient>().get(call.raw(), "k")) == "copied:k");
}

TEST_CASE("a capability nobody knows is refused from a plugin of this minor") {
  PluginBox box;
  install(box, "frozen", "floe.secrets", "floe.secrets/1", R"(["rotates"])");
  CHECK(findings(box.host()->load("floe.secrets", "frozen")) == "FLOE-E0413 the list of capabilities of the library `" +
                                                                    box.library("frozen", "floe.secrets") +
                                                                    "` is ``, but plugin.json says `rotates`");
}

TEST_CASE("host tables of other sizes: no byte behind the end is read") {
  PluginBox box;
  const auto host = box.host();
  const HostCall call = host->make_call({});
  for (const char* probe : {"frozen", "future"}) {
    INFO(probe);
    const HostTable exact(*host->raw(), sizeof(floe_host));
    CHECK(secret_of(probe, exact.get(), host->raw(), call.raw()) == "copied:k");

    const HostTable older(*host->raw(), offsetof(floe_host, make_sink));
    CHECK(secret_of(probe, older.get(), host->raw(), call.raw()) == "borrowed:k");

    HostTable newer(*host->raw(), sizeof(floe_host) + 8 * sizeof(void*));
    newer->abi_version = FLOE_ABI_VERSION + 5;
    CHECK(secret_of(probe, newer.get(), host->raw(), call.raw()) == "copied:k");

    HostTable other_major(*host->raw(), sizeof(floe_host));
    other_major->abi_version = (FLOE_ABI_MAJOR + 1) << 16;
    void* library = ::dlopen(probe_path(probe).c_str(), RTLD_NOW | RTLD_LOCAL);
    const auto entry = reinterpret_cast<floe_plugin_entry_v1_fn>(::dlsym(library, "floe_plugin_entry_v1"));
    const floe_plugin* plugin = nullptr;
    CHECK(entry(other_major.get(), call.raw(), &plugin) == FLOE_UNSUPPORTED);
    CHECK(plugin == nullptr);
  }
}

}  // namespace
}  // namespace floe::abi_test
