// What a program without a floe host uses: the small host, local storage and the directory catalog.
#include "../support/parquet_stub.hpp"
#include "floe_test.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"
#include "floe/iceberg.h"

#include <filesystem>
#include <thread>

using namespace floe;

namespace {

class Embedder {
 public:
  explicit Embedder(const std::string& root) {
    const std::string config = fmt::format(R"({{"root":"{}/catalog"}})", root);
    const std::string options = fmt::format(
        R"({{"warehouse":"file://{}/warehouse","durability":"fast","retry":{{"num_retries":500,"min_wait_ms":1,"max_wait_ms":3}}}})",
        root);
    auto* call = floe_iceberg_call_new(host_, INT64_MAX);
    REQUIRE(catalog_table_->create(table_, call, config.data(), config.size(), &catalog_) == FLOE_OK);
    REQUIRE(storage_table_->create(table_, call, "{}", 2, &storage_) == FLOE_OK);
    REQUIRE(format_->open(table_, call, catalog_table_, catalog_, storage_table_, storage_, options.data(),
                          options.size(), &tables_) == FLOE_OK);
    floe_iceberg_call_free(call);
  }

  Embedder(const Embedder&) = delete;
  Embedder& operator=(const Embedder&) = delete;

  ~Embedder() {
    format_->close(tables_);
    storage_table_->destroy(storage_);
    catalog_table_->destroy(catalog_);
    floe_iceberg_host_free(host_);
  }

  // The result, or `status: message`.
  template <class Method>
  std::string run(const Method& method) const {
    auto* call = floe_iceberg_call_new(host_, INT64_MAX);
    auto* sink = table_->make_sink(table_->ctx);
    const auto status = method(call, sink);
    if (status != FLOE_OK) table_->call_error(call, sink);
    const void* data = nullptr;
    size_t length = 0;
    table_->sink_bytes(sink, &data, &length);
    std::string text(static_cast<const char*>(data), length);
    table_->drop_sink(sink);
    floe_iceberg_call_free(call);
    return status == FLOE_OK ? text : fmt::format("{}: {}", status, text);
  }

  std::string begin(const std::string& name, const std::string& request, std::uint64_t* write) const {
    return run([&](floe_call* call, floe_sink* sink) {
      return format_->begin_write(tables_, table_, call, name.data(), name.size(), request.data(), request.size(),
                                  write, sink);
    });
  }

  std::string commit(std::uint64_t write, const std::string& files) const {
    return run([&](floe_call* call, floe_sink* sink) {
      return format_->commit(tables_, table_, call, write, files.data(), files.size(), sink);
    });
  }

  floe_iceberg_host* host_ = floe_iceberg_host_new(nullptr, nullptr);
  const floe_host* table_ = floe_iceberg_host_table(host_);
  const floe_catalog_v1* catalog_table_ = floe_iceberg_directory_catalog_v1();
  const floe_storage_v1* storage_table_ = floe_iceberg_local_storage_v1();
  const floe_table_format_v1* format_ = floe_iceberg_table_format_v1();
  void* catalog_ = nullptr;
  void* storage_ = nullptr;
  void* tables_ = nullptr;
};

struct Scratch {
  std::string path = std::string(FLOE_BUILD_DIR) + "/scratch-" + io::random_uuid();

  ~Scratch() { std::filesystem::remove_all(path); }
};

const std::string kTable = R"({"namespace":["a b","c"],"name":"t/1"})";

}  // namespace

TEST_CASE("an embedder keeps tables in a directory") {
  const Scratch scratch;
  const Embedder e(scratch.path);
  const std::string levels = R"(["a b","c"])";
  const auto named = [&](auto slot, const std::string& text) {
    return e.run(
        [&](floe_call* call, floe_sink*) { return slot(e.tables_, e.table_, call, text.data(), text.size()); });
  };
  std::uint64_t write = 0;
  CHECK(named(e.format_->create_namespace, levels).empty());
  CHECK(named(e.format_->create_namespace, levels).empty());  // fine when it is there
  const auto plan =
      *parse_json_object(e.begin(kTable, R"({"mode":"create","columns":[{"name":"id","type":"long"}]})", &write));
  const auto directory = *io::path_from_uri(to_view(plan.at("directory").as_string()));
  std::filesystem::create_directories(directory);
  const auto file = directory + "/x.parquet";
  REQUIRE(io::make_disk_file_system()
              ->write_new(file, iceberg::testing::parquet_stub(5, {iceberg::testing::long_column(1, "id", 0, 4)}),
                          io::Durability::kFast)
              .has_value());
  const auto committed =
      *parse_json_object(e.commit(write, fmt::format(R"({{"added":[{{"uri":"{}"}}]}})", io::uri_from_path(file))));
  CHECK(committed.at("added_rows").as_int64() == 5);
  const auto listed = e.run([&](floe_call* call, floe_sink* sink) {
    const std::string request = R"({"namespace":null})";
    return e.format_->list(e.tables_, e.table_, call, request.data(), request.size(), sink);
  });
  CHECK(listed == R"({"tables":[{"namespace":["a b","c"],"name":"t/1"}],"views":[]})");
  const std::string to = R"({"namespace":["a b","c"],"name":"u"})";
  CHECK(e.run([&](floe_call* call, floe_sink*) {
           return e.format_->rename(e.tables_, e.table_, call, kTable.data(), kTable.size(), to.data(), to.size());
         }).empty());
  CHECK(named(e.format_->drop_namespace, levels).starts_with("3: "));  // not empty
  const std::string purge = R"({"purge":true})";
  CHECK(e.run([&](floe_call* call, floe_sink*) {
           return e.format_->drop(e.tables_, e.table_, call, to.data(), to.size(), purge.data(), purge.size());
         }).empty());
  CHECK_FALSE(std::filesystem::exists(file));
  CHECK(named(e.format_->drop_namespace, levels).empty());
}

TEST_CASE("writers of one directory catalog never lose a commit") {
  const Scratch scratch;
  const std::string name = R"({"namespace":["n"],"name":"t"})";
  constexpr int kWriters = 3;
  constexpr int kCommits = 8;
  {
    const Embedder e(scratch.path);
    const std::string levels = R"(["n"])";
    CHECK(e.run([&](floe_call* call, floe_sink*) {
             return e.format_->create_namespace(e.tables_, e.table_, call, levels.data(), levels.size());
           }).empty());
    std::uint64_t write = 0;
    e.begin(name, R"({"mode":"create","columns":[{"name":"id","type":"long"}]})", &write);
    e.commit(write, "{}");
  }
  std::atomic<int> done{0};
  std::vector<std::unique_ptr<Embedder>> embedders;  // made here: assertions belong to this thread
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i)
    embedders.push_back(std::make_unique<Embedder>(scratch.path));
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&, i] {
      const Embedder& e = *embedders[static_cast<std::size_t>(i)];
      for (int j = 0; j < kCommits; ++j) {
        const auto file = fmt::format("{}/{}-{}.parquet", scratch.path, i, j);
        if (!io::make_disk_file_system()
                 ->write_new(file, iceberg::testing::parquet_stub(1, {iceberg::testing::long_column(1, "id", j, j)}),
                             io::Durability::kFast)
                 .has_value())
          continue;
        std::uint64_t write = 0;
        e.begin(name, R"({"mode":"append"})", &write);
        if (e.commit(write, fmt::format(R"({{"added":[{{"uri":"{}"}}]}})", io::uri_from_path(file))).starts_with("{"))
          ++done;
      }
    });
  }
  for (auto& writer : writers)
    writer.join();
  const Embedder e(scratch.path);
  const std::string request = "{}";
  const auto planned = *parse_json_object(e.run([&](floe_call* call, floe_sink* sink) {
    return e.format_->plan_scan(e.tables_, e.table_, call, name.data(), name.size(), request.data(), request.size(),
                                sink);
  }));
  CHECK(done == kWriters * kCommits);
  CHECK(planned.at("files").as_array().size() == static_cast<std::size_t>(done));
}

TEST_CASE("a cancelled call ends before it commits") {
  const Scratch scratch;
  const Embedder e(scratch.path);
  const std::string levels = R"(["n"])";
  CHECK(e.run([&](floe_call* call, floe_sink*) {
           return e.format_->create_namespace(e.tables_, e.table_, call, levels.data(), levels.size());
         }).empty());
  std::uint64_t write = 0;
  const std::string name = R"({"namespace":["n"],"name":"t"})";
  e.begin(name, R"({"mode":"create","columns":[{"name":"id","type":"long"}]})", &write);
  const auto ended = e.run([&](floe_call* call, floe_sink* sink) {
    floe_iceberg_call_cancel(call);
    return e.format_->commit(e.tables_, e.table_, call, write, "{}", 2, sink);
  });
  CHECK(ended.starts_with("15: "));
  CHECK(e.run([&](floe_call* call, floe_sink* sink) {
           return e.format_->load(e.tables_, e.table_, call, name.data(), name.size(), "{}", 2, sink);
         }).starts_with("4: "));
  // The handle is gone with the commit.
  CHECK(e.commit(write, "{}").starts_with("1: "));
}
