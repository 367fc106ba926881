// The table format over fakes, called through its C table as a host calls it.
#pragma once

#include "abi/embedded_host.hpp"
#include "abi/table_format.hpp"
#include "fake_tables.hpp"
#include "floe_test.hpp"
#include "parquet_stub.hpp"

#include "floe/iceberg.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg::testing {

inline const std::string kOrders = R"({"namespace":["main"],"name":"orders"})";

struct Answer {
  floe_status status = FLOE_OK;
  json::value value;     // the result
  std::string message;   // of an error
  json::object details;  // of an error
};

class TableFixture {
 public:
  explicit TableFixture(
      const std::string& options = R"({"warehouse":"file:///w","retry":{"min_wait_ms":0,"max_wait_ms":1}})") {
    storage.host = catalog.host = host.table();
    floe_call call;
    FLOE_ASSERT(format.open(host.table(), &call, &catalog_table, &catalog, &storage_table, &storage, options.data(),
                            options.size(), &tables) == FLOE_OK);
  }

  TableFixture(const TableFixture&) = delete;
  TableFixture& operator=(const TableFixture&) = delete;

  ~TableFixture() { format.close(tables); }

  // Runs a method that writes to a sink; `method(call, sink)`.
  template <class Method>
  Answer run(const Method& method) {
    floe_call call;
    floe_sink sink;
    Answer answer;
    answer.status = method(&call, &sink);
    if (answer.status == FLOE_OK) {
      if (!sink.bytes.empty()) answer.value = *parse_json(sink.bytes);
      return answer;
    }
    answer.message = call.message;
    for (const auto& [key, value] : call.details)
      answer.details[key] = value;
    return answer;
  }

  Answer load(const std::string& name = kOrders, const std::string& at = "{}") {
    return run([&](floe_call* call, floe_sink* sink) {
      return format.load(tables, host.table(), call, name.data(), name.size(), at.data(), at.size(), sink);
    });
  }

  Answer plan(const std::string& request = "{}", const std::string& name = kOrders) {
    return run([&](floe_call* call, floe_sink* sink) {
      return format.plan_scan(tables, host.table(), call, name.data(), name.size(), request.data(), request.size(),
                              sink);
    });
  }

  Answer begin(const std::string& request, std::uint64_t* write, const std::string& name = kOrders) {
    return run([&](floe_call* call, floe_sink* sink) {
      return format.begin_write(tables, host.table(), call, name.data(), name.size(), request.data(), request.size(),
                                write, sink);
    });
  }

  Answer commit(std::uint64_t write, const std::string& files) {
    return run([&](floe_call* call, floe_sink* sink) {
      return format.commit(tables, host.table(), call, write, files.data(), files.size(), sink);
    });
  }

  // Any method of the form (identifier, request) -> result.
  template <class Slot>
  Answer change(Slot slot, const std::string& request, const std::string& name = kOrders) {
    return run([&](floe_call* call, floe_sink* sink) {
      return slot(tables, host.table(), call, name.data(), name.size(), request.data(), request.size(), sink);
    });
  }

  // A data file in storage with one long column `id` (field 1) from `from` on, and `amount` (field 2).
  std::string add_file(std::int64_t from, std::int64_t rows,
                       const std::string& directory = "file:///w/main/orders/data") {
    const auto uri = fmt::format("{}/f{}.parquet", directory, next_file++);
    storage.put(uri,
                parquet_stub(rows, {long_column(1, "id", from, from + rows - 1), long_column(2, "amount", 0, 10)}));
    return uri;
  }

  static std::string added(const std::vector<std::string>& uris, const std::vector<std::string>& removed = {}) {
    json::array files;
    for (const auto& uri : uris)
      files.emplace_back(json::object{{"uri", uri}});
    json::array gone;
    for (const auto& uri : removed)
      gone.emplace_back(uri);
    return to_json(json::object{{"added", std::move(files)}, {"removed", std::move(gone)}});
  }

  // One write from begin to commit; fails the test when begin fails.
  Answer write(const std::string& request, const std::string& files, const std::string& name = kOrders) {
    std::uint64_t handle = 0;
    const auto begun = begin(request, &handle, name);
    if (begun.status != FLOE_OK) return begun;
    return commit(handle, files);
  }

  Answer create(const std::vector<std::string>& uris = {}) {
    return write(R"({"mode":"create","columns":[{"name":"id","type":"long","sql_type":"BIGINT"},)"
                 R"({"name":"amount","type":"long","sql_type":"UINTEGER"}]})",
                 added(uris));
  }

  std::vector<std::string> uris(const std::string& request = "{}") {
    const auto planned = plan(request);
    if (planned.status != FLOE_OK) FAIL(planned.message);
    std::vector<std::string> found;
    for (const auto& file : planned.value.as_object().at("files").as_array()) {
      found.emplace_back(to_view(file.as_object().at("uri").as_string()));
    }
    return found;
  }

  EmbeddedHost host;
  FakeStorage storage;
  FakeCatalog catalog;
  const floe_storage_v1 storage_table = fake_storage_table();
  const floe_catalog_v1 catalog_table = fake_catalog_table();
  const floe_table_format_v1& format = *floe_iceberg_table_format_v1();
  void* tables = nullptr;
  std::atomic<int> next_file{0};
};

inline std::string text_of(const json::value& object, std::string_view key) {
  const auto& value = object.as_object().at(key);
  return value.is_string() ? std::string(to_view(value.as_string())) : to_json(value);
}

}  // namespace floe::iceberg::testing
