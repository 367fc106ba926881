// A C++ plugin that throws: through the SDK, and through a raw table where nothing catches.
#include "floe/plugin.hpp"

#include <stdexcept>

namespace {

struct Thrower : floe::DBTPlugin<Thrower> {
  static constexpr std::uint64_t kCapabilities = FLOE_DBT_WAREHOUSE;
  static constexpr std::uint32_t kThreads = FLOE_THREADS_CONCURRENT;

  std::string invoke(floe::Call& call, std::string_view request) {
    if (request == R"({"do":"plugin error"})")
      throw floe::PluginError(FLOE_CONFLICT, "changed meanwhile", {{"resource", "t"}});
    if (request == R"({"do":"standard"})") throw std::runtime_error("a bug");
    if (request == R"({"do":"unknown"})") throw 42;
    if (request == R"({"do":"memory"})") throw std::bad_alloc();
    if (request == R"({"do":"cancelled"})") call.check_cancelled();
    return std::string(request);
  }

  std::string parse(floe::Call& /*call*/, std::string_view request) { return std::string(request); }

  std::string runtime(floe::Call& /*call*/) { return "{}"; }
};

#ifdef THROWER_RAW
floe_status FLOE_CALL raw_invoke(void* /*self*/, floe_call* /*call*/, const char* /*request*/, std::size_t /*length*/,
                                 floe_sink* /*result*/) {
  throw std::runtime_error("nobody catches me here");
}

constexpr floe_dbt_v1 raw_table() {
  floe_dbt_v1 table = Thrower::table();
  table.invoke = raw_invoke;
  return table;
}

constexpr floe_dbt_v1 kRaw = raw_table();
#endif

}  // namespace

#ifdef THROWER_RAW
FLOE_PLUGIN("org.example.probe", "1.2.3", "Example Ltd", floe_interface{FLOE_DBT_INTERFACE, "probe", &kRaw});
#else
FLOE_PLUGIN("org.example.probe", "1.2.3", "Example Ltd", floe::expose<Thrower>("probe"));
#endif
