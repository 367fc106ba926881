#include "host/catalog_client.hpp"

#include "host/identifier_json.hpp"

#include "base/fail.hpp"

namespace floe::iceberg {

namespace {

using Method = floe_status(FLOE_CALL*)(void*, floe_call*, const char*, size_t);
using QueryMethod = floe_status(FLOE_CALL*)(void*, floe_call*, const char*, size_t, floe_sink*);

json::array levels_json(const std::vector<std::string>& levels) {
  json::array array;
  for (const auto& level : levels)
    array.emplace_back(level);
  return array;
}

std::string rename_json(const Identifier& from, const Identifier& to) {
  return to_json(json::object{{"from", identifier_to_json(from)}, {"to", identifier_to_json(to)}});
}

std::string location_json(const Identifier& identifier, const std::string& location) {
  return to_json(
      json::object{{"identifier", identifier_to_json(identifier)}, {"metadata_location", location}, {"staged", false}});
}

json::object change_json(const PointerChange& change) {
  json::object object{{"identifier", identifier_to_json(change.identifier)}};
  object["expected"] = change.expected.has_value() ? json::value(*change.expected) : json::value(nullptr);
  object["new"] = change.next;
  if (change.is_view) object["kind"] = "view";
  return object;
}

Error missing(std::string_view what) { return failf(ErrorCode::kUnsupported, "the catalog does not support {}", what); }

// `method` is null when the catalog's table is too short for it or leaves it out.
Status run(const Session& session, void* self, Method method, const std::string& request, std::string_view what) {
  if (method == nullptr) return missing(what);
  return take_status(session, method(self, session.call, request.c_str(), request.size()))
      .with_context(std::string(what));
}

Result<json::object> query(const Session& session, void* self, QueryMethod method, const std::string& request,
                           std::string_view what) {
  if (method == nullptr) return missing(what);
  HostSink sink(session.host);
  FLOE_TRY(take_status(session, method(self, session.call, request.c_str(), request.size(), sink.get()))
               .with_context(std::string(what)));
  return parse_json_object(sink.view()).with_context(std::string(what));
}

Result<std::vector<Identifier>> identifiers_of(const json::object& result) {
  const auto* array = FLOE_TRY(require_array(result, "identifiers"));
  std::vector<Identifier> identifiers;
  identifiers.reserve(array->size());
  for (const auto& value : *array)
    identifiers.push_back(FLOE_TRY(identifier_from_json(value)));
  return identifiers;
}

std::string namespace_json(const std::vector<std::string>& levels) {
  return to_json(json::object{{"namespace", levels_json(levels)}});
}

}  // namespace

#define FLOE_CATALOG_METHOD(member) (FLOE_HAS(floe_catalog_v1, table_, member) ? table_->member : nullptr)

Result<LoadedPointer> CatalogClient::load_table(const Session& session, const Identifier& identifier) const {
  const auto result = FLOE_TRY(query(session, self_, FLOE_CATALOG_METHOD(load_table), identifier.to_json(),
                                     fmt::format("loading table `{}`", identifier.to_string())));
  LoadedPointer pointer;
  pointer.metadata_location = FLOE_TRY(require_string(result, "metadata_location"));
  if (const auto* metadata = get_object(result, "metadata")) pointer.metadata = to_json(*metadata);
  return pointer;
}

Status CatalogClient::create_table(const Session& session, const Identifier& identifier,
                                   const std::string& location) const {
  FLOE_TRY(query(session, self_, FLOE_CATALOG_METHOD(create_table), location_json(identifier, location),
                 fmt::format("creating table `{}`", identifier.to_string())));
  return ok();
}

Status CatalogClient::register_table(const Session& session, const Identifier& identifier,
                                     const std::string& location) const {
  FLOE_TRY(query(session, self_, FLOE_CATALOG_METHOD(register_table), location_json(identifier, location),
                 fmt::format("registering table `{}`", identifier.to_string())));
  return ok();
}

Status CatalogClient::swap_pointer(const Session& session, const PointerChange& change) const {
  return run(session, self_, FLOE_CATALOG_METHOD(swap_pointer), to_json(change_json(change)),
             fmt::format("committing to table `{}`", change.identifier.to_string()));
}

Result<LoadedPointer> CatalogClient::commit_table(const Session& session, const Identifier& identifier,
                                                  std::string_view requirements, std::string_view updates) const {
  const auto request =
      fmt::format(R"({{"identifier":{},"requirements":{},"updates":{}}})", identifier.to_json(), requirements, updates);
  const auto result = FLOE_TRY(query(session, self_, FLOE_CATALOG_METHOD(commit_table), request,
                                     fmt::format("committing to table `{}`", identifier.to_string())));
  LoadedPointer pointer;
  pointer.metadata_location = FLOE_TRY(require_string(result, "metadata_location"));
  if (const auto* metadata = get_object(result, "metadata")) pointer.metadata = to_json(*metadata);
  return pointer;
}

Status CatalogClient::commit_transaction(const Session& session, const std::vector<PointerChange>& changes,
                                         const std::vector<std::vector<std::string>>& namespaces) const {
  json::array array;
  for (const auto& change : changes)
    array.emplace_back(change_json(change));
  json::object request{{"changes", std::move(array)}};
  if (!namespaces.empty()) {
    json::array& spaces = request["namespaces"].emplace_array();
    for (const auto& levels : namespaces)
      spaces.emplace_back(levels_json(levels));
  }
  return run(session, self_, FLOE_CATALOG_METHOD(commit_transaction), to_json(request), "committing several tables");
}

Status CatalogClient::rename_table(const Session& session, const Identifier& from, const Identifier& to) const {
  return run(session, self_, FLOE_CATALOG_METHOD(rename_table), rename_json(from, to),
             fmt::format("renaming table `{}`", from.to_string()));
}

Status CatalogClient::drop_table(const Session& session, const Identifier& identifier, bool purge) const {
  const auto request = to_json(json::object{{"identifier", identifier_to_json(identifier)}, {"purge", purge}});
  return run(session, self_, FLOE_CATALOG_METHOD(drop_table), request,
             fmt::format("dropping table `{}`", identifier.to_string()));
}

Result<std::vector<Identifier>> CatalogClient::list_tables(const Session& session,
                                                           const std::vector<std::string>& levels) const {
  const auto result =
      FLOE_TRY(query(session, self_, FLOE_CATALOG_METHOD(list_tables), namespace_json(levels), "listing tables"));
  return identifiers_of(result);
}

Result<std::vector<std::vector<std::string>>> CatalogClient::list_namespaces(
    const Session& session, const std::vector<std::string>& parent) const {
  const auto request = to_json(json::object{{"parent", levels_json(parent)}});
  const auto result =
      FLOE_TRY(query(session, self_, FLOE_CATALOG_METHOD(list_namespaces), request, "listing namespaces"));
  const auto* array = FLOE_TRY(require_array(result, "namespaces"));
  std::vector<std::vector<std::string>> namespaces;
  for (const auto& value : *array)
    namespaces.push_back(FLOE_TRY(levels_from_json(value)));
  return namespaces;
}

Status CatalogClient::create_namespace(const Session& session, const std::vector<std::string>& levels) const {
  const auto request = to_json(json::object{{"namespace", levels_json(levels)}, {"properties", json::object()}});
  return run(session, self_, FLOE_CATALOG_METHOD(create_namespace), request, "creating a namespace");
}

Status CatalogClient::drop_namespace(const Session& session, const std::vector<std::string>& levels) const {
  return run(session, self_, FLOE_CATALOG_METHOD(drop_namespace), to_json(levels_json(levels)), "dropping a namespace");
}

Result<std::vector<Identifier>> CatalogClient::list_views(const Session& session,
                                                          const std::vector<std::string>& levels) const {
  const auto result =
      FLOE_TRY(query(session, self_, FLOE_CATALOG_METHOD(list_views), namespace_json(levels), "listing views"));
  return identifiers_of(result);
}

Result<std::string> CatalogClient::load_view(const Session& session, const Identifier& identifier) const {
  const auto result = FLOE_TRY(query(session, self_, FLOE_CATALOG_METHOD(load_view), identifier.to_json(),
                                     fmt::format("loading view `{}`", identifier.to_string())));
  return require_string(result, "metadata_location");
}

Status CatalogClient::create_view(const Session& session, const Identifier& identifier,
                                  const std::string& location) const {
  FLOE_TRY(query(session, self_, FLOE_CATALOG_METHOD(create_view), location_json(identifier, location),
                 fmt::format("creating view `{}`", identifier.to_string())));
  return ok();
}

Status CatalogClient::replace_view(const Session& session, const PointerChange& change) const {
  return run(session, self_, FLOE_CATALOG_METHOD(replace_view), to_json(change_json(change)),
             fmt::format("replacing view `{}`", change.identifier.to_string()));
}

Status CatalogClient::drop_view(const Session& session, const Identifier& identifier) const {
  return run(session, self_, FLOE_CATALOG_METHOD(drop_view), identifier.to_json(),
             fmt::format("dropping view `{}`", identifier.to_string()));
}

Status CatalogClient::rename_view(const Session& session, const Identifier& from, const Identifier& to) const {
  return run(session, self_, FLOE_CATALOG_METHOD(rename_view), rename_json(from, to),
             fmt::format("renaming view `{}`", from.to_string()));
}

}  // namespace floe::iceberg
