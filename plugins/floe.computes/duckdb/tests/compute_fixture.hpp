// The plugin behind its real entry symbol, with a small host: what the tests call.
#pragma once

#include "floe_test.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "floe/client/compute.hpp"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A call of the test's host.
struct floe_call {
  floe_status status = FLOE_OK;
  std::string message;
  std::vector<std::pair<std::string, std::string>> details;
  std::mutex mutex;
  std::atomic<bool> cancelled{false};
  std::int64_t deadline = INT64_MAX;
  std::vector<std::pair<void (*)(void*), void*>> hooks;

  void cancel() {
    const std::lock_guard lock(mutex);
    cancelled = true;
    for (const auto& [wake, arg] : hooks)
      wake(arg);
    hooks.clear();
  }
};

struct floe_sink {
  std::string bytes;
};

namespace floe::test {

inline floe_host make_host() {
  floe_host host{};
  host.struct_size = sizeof(floe_host);
  host.abi_version = FLOE_ABI_VERSION;
  host.set_error = [](floe_call* call, floe_status status, const char* message, size_t length) {
    call->status = status;
    call->message.assign(message, length);
  };
  host.add_error_detail = [](floe_call* call, const char* key, const char* value, size_t length) {
    call->details.emplace_back(key, std::string(value, length));
  };
  host.write = [](floe_sink* sink, const void* data, size_t length) -> floe_status {
    sink->bytes.append(static_cast<const char*>(data), length);
    return FLOE_OK;
  };
  host.is_cancelled = [](floe_call* call) -> int32_t { return call->cancelled ? 1 : 0; };
  host.on_cancel = [](floe_call* call, void (*wake)(void*), void* arg) -> floe_status {
    const std::lock_guard lock(call->mutex);
    if (wake == nullptr) {
      std::erase_if(call->hooks, [&](const auto& hook) { return hook.second == arg; });
    } else if (call->cancelled) {
      wake(arg);
    } else {
      call->hooks.emplace_back(wake, arg);
    }
    return FLOE_OK;
  };
  host.deadline_unix_ns = [](floe_call* call) { return call->deadline; };
  host.progress = [](floe_call* call, double, double, const char*, size_t) -> int32_t {
    return call->cancelled ? 1 : 0;
  };
  host.log = [](floe_host_ctx*, floe_call*, int32_t, const char*, const char*, size_t) {};
  host.begin_span = [](floe_call*, const char*) { return std::uint64_t{0}; };
  host.span_attr = [](std::uint64_t, const char*, const char*, size_t) {};
  host.end_span = [](std::uint64_t, floe_status) {};
  host.traceparent = [](floe_call*, char*) -> floe_status { return FLOE_UNSUPPORTED; };
  host.get_service = [](floe_host_ctx*, const char*) -> const void* { return nullptr; };
  host.fork_call = [](floe_call*) -> floe_call* { return new floe_call; };
  host.release_call = [](floe_call* call) { delete call; };
  host.call_error = [](floe_call* call, floe_sink* out) -> floe_status {
    if (out == nullptr) return call->status;
    json::object details;
    for (const auto& [key, value] : call->details)
      details[key] = value;
    out->bytes = to_json(json::object{{"message", call->message}, {"details", details}});
    return call->status;
  };
  host.clear_error = [](floe_call* call) {
    call->status = FLOE_OK;
    call->message.clear();
    call->details.clear();
  };
  host.make_sink = [](floe_host_ctx*) { return new floe_sink; };
  host.sink_bytes = [](floe_sink* sink, const void** data, size_t* length) {
    *data = sink->bytes.data();
    *length = sink->bytes.size();
  };
  host.drop_sink = [](floe_sink* sink) { delete sink; };
  return host;
}

// The first value of the first column, which is text.
inline std::string first_text(const ArrowArray& chunk) {
  const ArrowArray* column = chunk.children[0];
  const auto* offsets = static_cast<const std::int32_t*>(column->buffers[1]) + column->offset;
  return {static_cast<const char*>(column->buffers[2]) + offsets[0], static_cast<std::size_t>(offsets[1] - offsets[0])};
}

// An instance of the plugin and one session; a directory of its own, removed at the end.
class Compute {
 public:
  explicit Compute(const std::string& config = "{}") : host_(make_host()) {
    const floe_plugin* plugin = nullptr;
    floe_call call;
    REQUIRE(floe_plugin_entry_v1(&host_, &call, &plugin) == FLOE_OK);
    table_ = static_cast<const floe_compute_v1*>(plugin->interfaces[0].table);
    if (table_->create(&host_, &call, config.data(), config.size(), &self_) != FLOE_OK) FAIL(call.message);
    client = ComputeClient(&host_, table_, self_);
    session = open();
    char pattern[] = "/tmp/floe-duckdb-test-XXXXXX";
    REQUIRE(mkdtemp(pattern) != nullptr);
    directory = pattern;
  }

  Compute(const Compute&) = delete;
  Compute& operator=(const Compute&) = delete;

  ~Compute() {
    table_->destroy(self_);
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }

  std::uint64_t open() {
    floe_call call;
    auto opened = client.open_session(&call, "{}");
    FLOE_REQUIRE_OK(opened);
    return *opened;
  }

  // Rows as JSON objects, one per line, in the query's order.
  Result<std::string> rows_in(std::uint64_t in, const std::string& sql) {
    return text_in(in,
                   "SELECT coalesce(string_agg(to_json(floe_t)::VARCHAR, chr(10)), '') FROM (\n" + sql + "\n) floe_t");
  }

  std::string rows(const std::string& sql) {
    auto result = rows_in(session, sql);
    return result ? *result : "error: " + result.error().to_string();
  }

  // The first value of a query with a text column.
  Result<std::string> text_in(std::uint64_t in, const std::string& sql) {
    floe_call call;
    auto result = client.query(&call, in, sql, ArrowStream());
    if (!result) return result.error();
    ArrowArrayOwner chunk;
    if (result->rows->get_next(result->rows.get(), chunk.get()) != 0) {
      const char* message = result->rows->get_last_error(result->rows.get());
      return fail(ErrorCode::kInternal, message != nullptr ? message : "");
    }
    if (!chunk.has_value() || chunk->length == 0) return std::string();
    return first_text(*chunk.get());
  }

  Result<json::object> call_json(Result<std::string> result) {
    if (!result) return result.error();
    return parse_json_object(*result);
  }

  Result<json::object> describe(const std::string& sql) {
    floe_call call;
    return call_json(client.describe_query(&call, session, sql));
  }

  Result<json::object> execute(const std::string& sql, bool guard = false) {
    floe_call call;
    return call_json(client.execute(&call, session, sql, guard ? R"({"guard":true})" : "{}"));
  }

  Result<json::object> write(const json::object& request, const std::string& sql) {
    floe_call call;
    return call_json(client.write_files(&call, session, to_json(request), sql));
  }

  Result<json::object> rewrite(const json::object& request) {
    floe_call call;
    return call_json(client.rewrite_files(&call, session, to_json(request)));
  }

  Result<json::object> stage(const std::string& sql) {
    floe_call call;
    return call_json(client.stage(&call, session, sql));
  }

  Result<json::object> read_files(const json::object& request) {
    floe_call call;
    return call_json(client.read_files(&call, session, to_json(request)));
  }

  Status bind(const json::array& scans) { return bind_in(session, scans); }

  Status bind_in(std::uint64_t in, const json::array& scans) {
    floe_call call;
    return client.bind(&call, in, to_json(scans));
  }

  std::string sub_directory(const std::string& name) {
    std::filesystem::create_directories(directory + "/" + name);
    return directory + "/" + name;
  }

  std::string put(const std::string& name, const std::string& content) {
    const std::string path = directory + "/" + name;
    std::FILE* file = std::fopen(path.c_str(), "wb");
    REQUIRE(file != nullptr);
    std::fwrite(content.data(), 1, content.size(), file);
    std::fclose(file);
    return path;
  }

  [[nodiscard]] const floe_host* host() const { return &host_; }

  ComputeClient client;
  std::uint64_t session = 0;
  std::string directory;

 private:
  floe_host host_;
  const floe_compute_v1* table_ = nullptr;
  void* self_ = nullptr;
};

// Gives every column, list element, map key and value an id, as a new table's schema does: top level first.
class SchemaNumbers {
 public:
  json::object schema(const json::array& columns) {
    json::array fields;
    for (const json::value& column : columns) {
      fields.push_back(json::object{{"id", ++last_},
                                    {"name", column.as_object().at("name")},
                                    {"required", false},
                                    {"type", column.as_object().at("type")}});
    }
    for (json::value& field : fields)
      field.as_object()["type"] = number(field.as_object()["type"]);
    return {{"type", "struct"}, {"schema-id", 0}, {"fields", fields}};
  }

 private:
  json::value number(const json::value& type) {
    if (!type.is_object()) return type;
    const json::object& object = type.as_object();
    const std::string kind(object.at("type").as_string());
    if (kind == "list") {
      const int id = ++last_;
      return json::object{
          {"type", "list"}, {"element-id", id}, {"element-required", false}, {"element", number(object.at("element"))}};
    }
    if (kind == "map") {
      const int key = ++last_;
      const int value = ++last_;
      return json::object{{"type", "map"},     {"key-id", key},           {"key", number(object.at("key"))},
                          {"value-id", value}, {"value-required", false}, {"value", number(object.at("value"))}};
    }
    json::array fields;
    for (const json::value& field : object.at("fields").as_array()) {
      const int id = ++last_;
      fields.push_back(json::object{{"id", id},
                                    {"name", field.as_object().at("name")},
                                    {"required", false},
                                    {"type", number(field.as_object().at("type"))}});
    }
    return json::object{{"type", "struct"}, {"fields", fields}};
  }

  int last_ = 0;
};

// A write_files request for what describe_query said, and the scan columns of the same table.
struct TableShape {
  json::object request;
  json::array columns;
};

inline TableShape shape_of(const json::object& described, const std::string& directory) {
  const json::array& given = described.at("columns").as_array();
  TableShape shape;
  const json::object schema = SchemaNumbers().schema(given);
  for (std::size_t i = 0; i < given.size(); ++i) {
    json::object column = schema.at("fields").as_array()[i].as_object();
    column["sql_type"] = given[i].as_object().at("sql_type");
    shape.columns.push_back(std::move(column));
  }
  shape.request = {{"directory", directory},
                   {"file_prefix", "00000-0-test"},
                   {"schema", schema},
                   {"columns", shape.columns},
                   {"partition_spec", json::array()},
                   {"sort_order", json::array()},
                   {"target_file_size_bytes", 536870912},
                   {"compression", "zstd"},
                   {"staged", false}};
  return shape;
}

inline json::object iceberg_scan(const std::string& name, const std::string& key, const json::array& columns,
                                 const json::array& files) {
  return {{"relation", json::object{{"database", "floe"}, {"schema", "main"}, {"name", name}}},
          {"kind", "iceberg"},
          {"key", key},
          {"columns", columns},
          {"files", files}};
}

}  // namespace floe::test
