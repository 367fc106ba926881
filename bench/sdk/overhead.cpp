// What floe's way to a plugin costs beside the plain way, in one process and in turn:
//   overhead ROOT calls|streams|loads      ROOT/floe.ingestion/{concurrent,serial} hold bench/sdk/plugin.c
//   overhead ROOT discovery                ROOT holds plugin.json files
// Each line is JSON: what was measured and pairs of seconds, floe's first. Processor time of this thread.
#include "plugin/host.hpp"

#include "base/io/environment.hpp"
#include "base/text/text.hpp"
#include "floe/arrow.hpp"
#include "floe/interfaces/ingestion.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dlfcn.h>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using namespace floe;  // NOLINT: a benchmark is one file about one thing

constexpr const char* kGroup = "floe.ingestion";

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "overhead: %s\n", what);
  std::exit(1);
}

template <class T>
T take(Result<T> result) {
  if (result.has_value()) return *std::move(result);
  std::fprintf(stderr, "overhead: %s\n", result.error().to_string().c_str());
  std::exit(1);
}

// Processor time: others may be using the machine.
double now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

template <class F>
double seconds_of(F&& work) {
  const double begin = now();
  work();
  return now() - begin;
}

// Runs both `rounds` times, each first every other time, after one run that is not counted. `operations` are in one.
template <class Ours, class Plain>
void compare(const std::string& name, const char* plain_name, int rounds, double operations, Ours&& ours,
             Plain&& plain) {
  ours(-1);
  plain(-1);
  std::string pairs;
  for (int round = 0; round < rounds; ++round) {
    double floe_seconds = 0;
    double plain_seconds = 0;
    const auto run_ours = [&] { floe_seconds = seconds_of([&] { ours(round); }); };
    if (round % 2 == 0) run_ours();
    plain_seconds = seconds_of([&] { plain(round); });
    if (round % 2 != 0) run_ours();
    char pair[80];
    std::snprintf(pair, sizeof pair, "%s[%.4e,%.4e]", round == 0 ? "" : ",", floe_seconds / operations,
                  plain_seconds / operations);
    pairs += pair;
  }
  std::printf("{\"name\":\"%s\",\"rival\":\"%s\",\"pairs\":[%s]}\n", name.c_str(), plain_name, pairs.c_str());
}

class NoEnvironment final : public io::Environment {
 public:
  [[nodiscard]] std::optional<std::string> get(const std::string& /*name*/) const override { return std::nullopt; }
};

PluginHostOptions only(const std::string& root) {
  static const NoEnvironment environment;
  PluginHostOptions options;
  options.registry.roots = {root};
  options.registry.library_directory = "/nowhere";
  options.environment = &environment;
  return options;
}

// The same library without floe between: opened, asked, called by function pointers.
struct PlainPlugin {
  const floe_ingestion_v1* table = nullptr;
  void* self = nullptr;
};

floe_plugin_entry_v1_fn plain_entry(const std::string& library) {
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  require(handle != nullptr, "dlopen");
  const auto entry = reinterpret_cast<floe_plugin_entry_v1_fn>(dlsym(handle, "floe_plugin_entry_v1"));
  require(entry != nullptr, "dlsym");
  return entry;
}

PlainPlugin open_plain(const PluginHost& host, const HostCall& call, const Instance& instance) {
  const floe_plugin* plugin = nullptr;
  require(plain_entry(instance.plugin().library_path)(host.raw(), call.raw(), &plugin) == FLOE_OK, "entry");
  PlainPlugin plain;
  for (std::uint32_t i = 0; i < plugin->interface_count; ++i) {
    if (instance.plugin().manifest.name == plugin->interfaces[i].name)
      plain.table = static_cast<const floe_ingestion_v1*>(plugin->interfaces[i].table);
  }
  require(plain.table != nullptr, "interface");
  require(plain.table->create(host.raw(), call.raw(), "{}", 2, &plain.self) == FLOE_OK, "create");
  return plain;
}

template <class F>
auto repeated(int times, F&& function) {
  return [times, function](int /*round*/) {
    for (int i = 0; i < times; ++i)
      function();
  };
}

void bench_calls(const std::string& root, const char* name) {
  const auto host = take(PluginHost::create(only(root)));
  const Instance instance = take(host->open_instance(kGroup, name, "{}"));
  const HostCall call = host->make_call({});
  const PlainPlugin plain = open_plain(*host, call, instance);
  const auto* table = static_cast<const floe_ingestion_v1*>(instance.table());
  // volatile: the compiler knows neither target.
  const auto empty = [&](const floe_ingestion_v1* target, void* self) {
    floe_status(FLOE_CALL* volatile describe)(void*, floe_call*, floe_sink*) = target->describe;
    return [describe, self, &call] { require(describe(self, call.raw(), nullptr) == FLOE_OK, "describe"); };
  };
  constexpr int kCalls = 20'000;
  compare(std::string("empty call, ") + name, "function pointer", 101, kCalls,
          repeated(kCalls, empty(table, instance.self())), repeated(kCalls, empty(plain.table, plain.self)));
  const std::string payload = R"({"name":")" + std::string(1'000, 'x') + R"("})";
  const auto echo = [&](const floe_ingestion_v1* target, void* self) {
    return [&, target, self] {
      SinkBuffer sink(host->raw());
      require(target->discover(self, call.raw(), payload.data(), payload.size(), sink.raw()) == FLOE_OK, "discover");
    };
  };
  compare(std::string("call with 1 kB of JSON in and out, ") + name, "function pointer", 101, kCalls,
          repeated(kCalls, echo(table, instance.self())), repeated(kCalls, echo(plain.table, plain.self)));
}

std::int64_t sum_of(const ArrowArray& column, bool is_text) {
  std::int64_t sum = 0;
  if (!is_text) {
    const auto* values = static_cast<const std::int64_t*>(column.buffers[1]);
    for (std::int64_t row = 0; row < column.length; ++row)
      sum += values[row];
    return sum;
  }
  const auto* offsets = static_cast<const std::int32_t*>(column.buffers[1]);
  const auto* text = static_cast<const char*>(column.buffers[2]);
  for (std::int64_t row = 0; row < column.length; ++row) {
    for (std::int32_t at = offsets[row]; at < offsets[row + 1]; ++at)
      sum += text[at] == 'x' ? 0 : 1;
  }
  return sum;
}

// The sum of all values: a consumer that reads what it gets.
std::int64_t drain(const floe_ingestion_v1* table, void* self, const HostCall& call, const std::string& source) {
  ArrowStream rows;
  require(table->read(self, call.raw(), source.data(), source.size(), "{}", 2, rows.get(), nullptr) == FLOE_OK, "read");
  std::int64_t sum = 0;
  for (;;) {
    ArrowArrayOwner batch;
    require(rows->get_next(rows.get(), batch.get()) == 0, "get_next");
    if (!batch.has_value()) return sum;
    for (std::int64_t column = 0; column < batch->n_children; ++column)
      sum += sum_of(*batch->children[column], source.find("texts") != std::string::npos);
  }
}

void bench_streams(const std::string& root, const char* name) {
  const auto host = take(PluginHost::create(only(root)));
  const Instance instance = take(host->open_instance(kGroup, name, "{}"));
  const HostCall call = host->make_call({});
  const PlainPlugin plain = open_plain(*host, call, instance);
  const auto* table = static_cast<const floe_ingestion_v1*>(instance.table());

  struct Shape {
    int rows;
    const char* kind;
    int batches;
  };

  const Shape shapes[] = {{1, "rows", 5'000},     {2'048, "rows", 1'000}, {65'536, "rows", 50},
                          {1'000'000, "rows", 3}, {2'048, "texts", 500},  {1'000'000, "texts", 3}};
  for (const auto& [rows, kind, batches] : shapes) {
    const std::string source = std::to_string(rows) + " " + kind + ", " + std::to_string(batches) + " batches";
    const std::string title = "Arrow stream, " + std::to_string(rows) + " " + kind + " x 4 columns a batch, " + name;
    compare(
        title, "the same stream", 51, batches,
        [&](int) { require(drain(table, instance.self(), call, source) == 0, "sum"); },
        [&](int) { require(drain(plain.table, plain.self, call, source) == 0, "sum"); });
  }
}

// A root of its own with a library of its own: one that is loaded already would be loaded no more.
std::string copy_root(const std::string& root, const std::string& copy, bool is_pinned) {
  std::filesystem::copy(root, copy, std::filesystem::copy_options::recursive);
  if (!is_pinned) return copy;
  const std::string directory = copy + "/" + kGroup + "/concurrent/";
  const auto read = [](const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  };
  std::string manifest = read(directory + "plugin.json");
  const std::string sum = text::sha256_hex(read(directory + "plugin.so"));
  manifest.insert(manifest.rfind('}'), ",\"sha256\": \"" + sum + "\"");
  std::ofstream(directory + "plugin.json") << manifest;
  return copy;
}

template <class Use>
void bench_load(const std::string& root, const char* name, bool is_pinned, Use&& use) {
  constexpr int kRounds = 51;
  std::vector<std::unique_ptr<PluginHost>> hosts;
  std::vector<std::string> libraries;
  for (int i = 0; i <= kRounds; ++i) {
    const std::string copy = copy_root(root, root + "-" + name + "-" + std::to_string(i), is_pinned);
    hosts.push_back(take(PluginHost::create(only(copy))));
    libraries.push_back(copy + "/plain.so");
    std::filesystem::copy_file(copy + "/" + kGroup + "/concurrent/plugin.so", libraries.back());
  }
  compare(
      name, "dlopen and dlsym", kRounds, 1, [&](int round) { use(*hosts[static_cast<std::size_t>(round + 1)]); },
      [&](int round) { plain_entry(libraries[static_cast<std::size_t>(round + 1)]); });
}

void bench_loads(const std::string& root) {
  const auto load = [](PluginHost& host) { require(host.load(kGroup, "concurrent").has_value(), "load"); };
  bench_load(root, "load", false, load);
  bench_load(root, "load with sha256", true, load);
  bench_load(root, "first use: configuration, load, instance, one call", false, [](PluginHost& host) {
    const Instance instance = take(host.open_instance(kGroup, "concurrent", "{}"));
    const HostCall call = host.make_call({});
    const auto* table = static_cast<const floe_ingestion_v1*>(instance.table());
    require(table->describe(instance.self(), call.raw(), nullptr) == FLOE_OK, "describe");
  });
}

std::size_t read_plainly(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat info{};
  require(file >= 0 && fstat(file, &info) == 0, "open");
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  require(read(file, bytes.data(), bytes.size()) == info.st_size && close(file) == 0, "read");
  return bytes.size();
}

void bench_discovery(const std::string& root) {
  std::vector<std::string> paths;
  for (const auto& found : std::filesystem::recursive_directory_iterator(root)) {
    if (found.path().filename() == "plugin.json") paths.push_back(found.path().string());
  }
  const auto files = io::make_disk_file_system();
  const PluginHostOptions options = only(root);
  const auto discover = [&](int /*round*/) {
    const Registry registry = Registry::discover(options.registry, *files, *options.environment);
    require(registry.entries().size() == paths.size(), "every manifest is found");
    for (const PluginEntry& entry : registry.entries())
      require(entry.state == PluginState::kUsable, "every manifest is valid");
  };
  const auto read_all = [&](int /*round*/) {
    for (const std::string& path : paths)
      require(read_plainly(path) > 0, "bytes");
  };
  compare("discovery of " + std::to_string(paths.size()) + " plugins", "reading their plugin.json", 51, 1, discover,
          read_all);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string root = argc == 3 ? argv[1] : "";
  const std::string_view what = argc == 3 ? argv[2] : "";
  if (what == "calls" || what == "streams") {
    for (const char* name : {"concurrent", "serial"})
      what == "calls" ? bench_calls(root, name) : bench_streams(root, name);
    return 0;
  }
  if (what == "loads" || what == "discovery") {
    what == "loads" ? bench_loads(root) : bench_discovery(root);
    return 0;
  }
  std::fprintf(stderr, "overhead ROOT calls|streams|loads|discovery\n");
  return 2;
}
