#include "abi/local_storage.hpp"

#include "abi/instance_call.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"

#include <memory>

namespace floe::iceberg {

namespace {

struct LocalStorage : BuiltInInstance {
  std::unique_ptr<io::FileSystem> files = io::make_disk_file_system();
};

std::string_view view(const char* text, size_t length) { return {text, length}; }

Result<std::string> path_of(std::string_view uri) {
  if (uri.starts_with('/')) return std::string(uri);
  return io::path_from_uri(uri);
}

Result<std::vector<std::string>> paths_of(const json::value& uris) {
  if (!uris.is_array()) return fail(ErrorCode::kInvalidArgument, "uris are an array");
  std::vector<std::string> paths;
  for (const auto& uri : uris.get_array()) {
    if (!uri.is_string()) return fail(ErrorCode::kInvalidArgument, "a uri is a text");
    paths.push_back(FLOE_TRY(path_of(to_view(uri.get_string()))));
  }
  return paths;
}

floe_status FLOE_CALL create(const floe_host* host, floe_call* call, const char* /*config*/, size_t /*length*/,
                             void** self) noexcept {
  return guarded({host, call}, [&]() -> Status {
    auto made = std::make_unique<LocalStorage>();
    made->host = host;
    *self = made.release();
    return ok();
  });
}

void FLOE_CALL destroy(void* self) noexcept { delete static_cast<LocalStorage*>(self); }

floe_status FLOE_CALL stat(void* self, floe_call* call, const char* uri, size_t uri_length,
                           floe_sink* result) noexcept {
  return instance_call<LocalStorage>(self, call, [&](LocalStorage& storage, const Session& session) -> Status {
    const auto path = FLOE_TRY(path_of(view(uri, uri_length)));
    const auto info = FLOE_TRY(storage.files->stat(path));
    if (info.kind != io::FileKind::kRegular) return failf(ErrorCode::kNotFound, "`{}` does not exist", path);
    return write_result(session, result,
                        fmt::format(R"({{"size":{},"modified_ns":{},"etag":"{}-{}"}})", info.size, info.modified_ns,
                                    info.size, info.modified_ns));
  });
}

Status read_range(LocalStorage& storage, const Session& session, const std::string& path, const json::value& range,
                  floe_sink* content) {
  const auto* pair = range.if_array();
  if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_int64() || !(*pair)[1].is_int64()) {
    return fail(ErrorCode::kInvalidArgument, "a range is [offset, length]");
  }
  auto offset = (*pair)[0].get_int64();
  const auto length = (*pair)[1].get_int64();
  if (offset < 0) {
    const auto info = FLOE_TRY(storage.files->stat(path));
    offset = std::max<std::int64_t>(0, static_cast<std::int64_t>(info.size) + offset);
  }
  if (length < 0) return fail(ErrorCode::kInvalidArgument, "the length of a range is negative");
  const auto bytes =
      FLOE_TRY(storage.files->read_range(path, static_cast<std::uint64_t>(offset), static_cast<std::uint64_t>(length)));
  return write_result(session, content, bytes);
}

floe_status FLOE_CALL read(void* self, floe_call* call, const char* uri, size_t uri_length, const char* ranges,
                           size_t ranges_length, floe_sink* content) noexcept {
  return instance_call<LocalStorage>(self, call, [&](LocalStorage& storage, const Session& session) -> Status {
    const auto path = FLOE_TRY(path_of(view(uri, uri_length)));
    const auto wanted = FLOE_TRY(parse_json(view(ranges, ranges_length)));
    const auto* array = wanted.if_array();
    if (array == nullptr) return fail(ErrorCode::kInvalidArgument, "ranges are an array");
    if (array->empty()) {
      const auto bytes = FLOE_TRY(storage.files->read(path));
      return write_result(session, content, bytes);
    }
    for (const auto& range : *array)
      FLOE_TRY(read_range(storage, session, path, range, content));
    return ok();
  });
}

// NOLINTNEXTLINE(readability-function-size): the parameters are those of the interface
floe_status FLOE_CALL put(void* self, floe_call* call, const char* uri, size_t uri_length, const void* content,
                          size_t content_length, const char* options, size_t options_length,
                          floe_sink* result) noexcept {
  return instance_call<LocalStorage>(self, call, [&](LocalStorage& storage, const Session& session) -> Status {
    const auto path = FLOE_TRY(path_of(view(uri, uri_length)));
    const auto wanted = FLOE_TRY(parse_json_object(view(options, options_length)));
    if (get_string(wanted, "if_match").has_value()) return fail(ErrorCode::kUnsupported, "`if_match` is not supported");
    const auto durability = get_bool_or(wanted, "durable", false) ? io::Durability::kFull : io::Durability::kFast;
    FLOE_TRY(storage.files->create_directories(io::parent_path(path)));
    const std::string_view bytes(static_cast<const char*>(content), content_length);
    const bool is_exclusive = get_string_or(wanted, "if_none_match", "") == "*";
    FLOE_TRY(is_exclusive ? storage.files->write_new(path, bytes, durability)
                          : storage.files->write_atomic(path, bytes, durability));
    return write_result(session, result, fmt::format(R"({{"etag":"{}"}})", content_length));
  });
}

floe_status FLOE_CALL remove(void* self, floe_call* call, const char* uris, size_t uris_length,
                             floe_sink* result) noexcept {
  return instance_call<LocalStorage>(self, call, [&](LocalStorage& storage, const Session& session) -> Status {
    const auto wanted = FLOE_TRY(parse_json(view(uris, uris_length)));
    const auto paths = FLOE_TRY(paths_of(wanted));
    json::array failed;
    for (const auto& path : paths) {
      const auto removed = storage.files->remove(path);
      if (removed.has_value() || removed.error().code == ErrorCode::kNotFound) continue;
      failed.emplace_back(json::object{{"uri", io::uri_from_path(path)}, {"message", removed.error().to_string()}});
    }
    const auto count = paths.size() - failed.size();
    return write_result(session, result, to_json(json::object{{"removed", count}, {"failed", std::move(failed)}}));
  });
}

floe_status FLOE_CALL local_paths(void* self, floe_call* call, const char* request, size_t request_length,
                                  floe_sink* result) noexcept {
  return instance_call<LocalStorage>(self, call, [&](LocalStorage& storage, const Session& session) -> Status {
    const auto wanted = FLOE_TRY(parse_json_object(view(request, request_length)));
    const auto* uris = FLOE_TRY(require_array(wanted, "uris"));
    const auto paths = FLOE_TRY(paths_of(*uris));
    json::array out;
    for (const auto& path : paths) {
      if (get_string_or(wanted, "mode", "read") == "write") {
        FLOE_TRY(storage.files->create_directories(io::parent_path(path)));
      }
      out.emplace_back(path);
    }
    return write_result(session, result, to_json(json::object{{"paths", std::move(out)}}));
  });
}

floe_status FLOE_CALL sync(void* self, floe_call* call, const char* uris, size_t uris_length) noexcept {
  return instance_call<LocalStorage>(self, call, [&](LocalStorage& storage, const Session& /*session*/) -> Status {
    const auto wanted = FLOE_TRY(parse_json(view(uris, uris_length)));
    const auto paths = FLOE_TRY(paths_of(wanted));
    return storage.files->sync(paths);
  });
}

floe_storage_v1 make_table() {
  floe_storage_v1 table{};
  table.struct_size = sizeof(table);
  table.threading = FLOE_THREADS_CONCURRENT;
  table.capabilities = FLOE_STORAGE_LOCAL_FILES;
  table.create = create;
  table.destroy = destroy;
  table.stat = stat;
  table.read = read;
  table.put = put;
  table.remove = remove;
  table.local_paths = local_paths;
  table.sync = sync;
  return table;
}

}  // namespace

const floe_storage_v1& local_storage_v1() {
  static const floe_storage_v1 kTable = make_table();
  return kTable;
}

}  // namespace floe::iceberg
