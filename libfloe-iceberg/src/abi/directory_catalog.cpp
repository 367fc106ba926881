#include "abi/directory_catalog.hpp"

#include "abi/instance_call.hpp"
#include "abi/pointer_files.hpp"
#include "host/identifier_json.hpp"

#include "base/fail.hpp"

#include <memory>

namespace floe::iceberg {

namespace {

struct DirectoryCatalog : BuiltInInstance {
  explicit DirectoryCatalog(std::string root) : files(io::make_disk_file_system()), pointers(*files, std::move(root)) {}

  std::unique_ptr<io::FileSystem> files;
  PointerFiles pointers;
};

using Levels = std::vector<std::string>;

Result<Identifier> identifier_member(const json::object& request, std::string_view key) {
  const auto* value = request.if_contains(key);
  if (value == nullptr) return failf(ErrorCode::kInvalidArgument, "the request lacks `{}`", key);
  return identifier_from_json(*value);
}

Result<Levels> levels_member(const json::object& request, std::string_view key) {
  const auto* value = request.if_contains(key);
  if (value == nullptr) return failf(ErrorCode::kInvalidArgument, "the request lacks `{}`", key);
  return levels_from_json(*value);
}

// Methods that take a JSON object and answer with one (or with nothing).
using Handler = Result<json::object> (*)(DirectoryCatalog&, const json::object&);

floe_status handle(void* self, floe_call* call, const char* request, size_t length, floe_sink* result,
                   Handler handler) noexcept {
  return instance_call<DirectoryCatalog>(self, call, [&](DirectoryCatalog& catalog, const Session& session) -> Status {
    const auto root = FLOE_TRY(parse_json_object({request, length}));
    const auto answer = FLOE_TRY(handler(catalog, root));
    return result == nullptr ? ok() : write_result(session, result, to_json(answer));
  });
}

template <Handler handler>
floe_status FLOE_CALL query(void* self, floe_call* call, const char* request, size_t length,
                            floe_sink* result) noexcept {
  return handle(self, call, request, length, result, handler);
}

template <Handler handler>
floe_status FLOE_CALL action(void* self, floe_call* call, const char* request, size_t length) noexcept {
  return handle(self, call, request, length, nullptr, handler);
}

Result<json::object> load_table(DirectoryCatalog& catalog, const json::object& request) {
  const auto identifier = FLOE_TRY(identifier_from_json(request));
  const auto location = FLOE_TRY(catalog.pointers.load(identifier));
  return json::object{{"metadata_location", location}, {"metadata", nullptr}, {"config", json::object()}};
}

Result<json::object> create_table(DirectoryCatalog& catalog, const json::object& request) {
  const auto identifier = FLOE_TRY(identifier_member(request, "identifier"));
  const auto location = FLOE_TRY(require_string(request, "metadata_location"));
  auto created = catalog.pointers.swap(identifier, std::nullopt, location);
  if (!created.has_value() && created.error().code == ErrorCode::kConflict) {
    return failf(ErrorCode::kAlreadyExists, "table `{}` already exists", identifier.to_string());
  }
  FLOE_TRY(std::move(created));
  return json::object{{"metadata_location", location}};
}

Result<json::object> swap_pointer(DirectoryCatalog& catalog, const json::object& request) {
  const auto identifier = FLOE_TRY(identifier_member(request, "identifier"));
  const auto expected = FLOE_TRY(require_string(request, "expected"));
  const auto next = FLOE_TRY(require_string(request, "new"));
  FLOE_TRY(catalog.pointers.swap(identifier, expected, next));
  return json::object();
}

Result<json::object> drop_table(DirectoryCatalog& catalog, const json::object& request) {
  const auto identifier = FLOE_TRY(identifier_member(request, "identifier"));
  const auto location = FLOE_TRY(catalog.pointers.load(identifier));
  FLOE_TRY(catalog.pointers.swap(identifier, location, std::nullopt));
  return json::object();
}

// Not atomic: for a moment both names lead to the table.
Result<json::object> rename_table(DirectoryCatalog& catalog, const json::object& request) {
  const auto from = FLOE_TRY(identifier_member(request, "from"));
  const auto to = FLOE_TRY(identifier_member(request, "to"));
  const auto location = FLOE_TRY(catalog.pointers.load(from));
  FLOE_TRY(catalog.pointers.swap(to, std::nullopt, location));
  auto removed = catalog.pointers.swap(from, location, std::nullopt);
  if (!removed.has_value()) {
    FLOE_TRY(catalog.pointers.swap(to, location, std::nullopt));
    return std::move(removed).error();
  }
  return json::object();
}

Result<json::object> list_tables(DirectoryCatalog& catalog, const json::object& request) {
  const auto levels = FLOE_TRY(levels_member(request, "namespace"));
  const auto found = FLOE_TRY(catalog.pointers.list(levels));
  json::array identifiers;
  for (const auto& identifier : found)
    identifiers.emplace_back(identifier_to_json(identifier));
  return json::object{{"identifiers", std::move(identifiers)}};
}

Result<json::object> list_namespaces(DirectoryCatalog& catalog, const json::object& request) {
  const auto parent = FLOE_TRY(levels_member(request, "parent"));
  const auto found = FLOE_TRY(catalog.pointers.namespaces(parent));
  json::array namespaces;
  for (const auto& levels : found) {
    json::array one;
    for (const auto& level : levels)
      one.emplace_back(level);
    namespaces.emplace_back(std::move(one));
  }
  return json::object{{"namespaces", std::move(namespaces)}};
}

Result<json::object> create_namespace(DirectoryCatalog& catalog, const json::object& request) {
  const auto levels = FLOE_TRY(levels_member(request, "namespace"));
  FLOE_TRY(catalog.pointers.create_namespace(levels));
  return json::object();
}

floe_status FLOE_CALL drop_namespace(void* self, floe_call* call, const char* levels, size_t length) noexcept {
  return instance_call<DirectoryCatalog>(self, call, [&](DirectoryCatalog& catalog, const Session&) -> Status {
    const auto value = FLOE_TRY(parse_json({levels, length}));
    const auto parsed = FLOE_TRY(levels_from_json(value));
    return catalog.pointers.drop_namespace(parsed);
  });
}

floe_status FLOE_CALL create(const floe_host* host, floe_call* call, const char* config, size_t length,
                             void** self) noexcept {
  return guarded({host, call}, [&]() -> Status {
    const auto root = FLOE_TRY(parse_json_object({config, length}));
    auto path = FLOE_TRY(require_string(root, "root"));
    if (path.starts_with("file:")) path = FLOE_TRY(io::path_from_uri(path));
    if (!io::is_absolute_path(path))
      return failf(ErrorCode::kInvalidConfig, "`root` is an absolute path, not `{}`", path);
    auto made = std::make_unique<DirectoryCatalog>(std::move(path));
    made->host = host;
    *self = made.release();
    return ok();
  });
}

void FLOE_CALL destroy(void* self) noexcept { delete static_cast<DirectoryCatalog*>(self); }

floe_catalog_v1 make_table() {
  floe_catalog_v1 table{};
  table.struct_size = sizeof(table);
  table.threading = FLOE_THREADS_CONCURRENT;
  table.capabilities = FLOE_CATALOG_SWAPS_POINTER;
  table.create = create;
  table.destroy = destroy;
  table.list_namespaces = query<list_namespaces>;
  table.create_namespace = action<create_namespace>;
  table.drop_namespace = drop_namespace;
  table.list_tables = query<list_tables>;
  table.load_table = query<load_table>;
  table.create_table = query<create_table>;
  table.register_table = query<create_table>;
  table.rename_table = action<rename_table>;
  table.drop_table = action<drop_table>;
  table.swap_pointer = action<swap_pointer>;
  return table;
}

}  // namespace

const floe_catalog_v1& directory_catalog_v1() {
  static const floe_catalog_v1 kTable = make_table();
  return kTable;
}

}  // namespace floe::iceberg
