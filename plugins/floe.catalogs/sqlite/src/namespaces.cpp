// Namespaces: there when a table, a view or a property names them, or something below them does.
#include "sqlite_catalog.hpp"

#include "base/fail.hpp"

#include <set>

namespace floe::sqlite {
namespace {

// What PyIceberg and Java write so that an empty namespace has a row.
constexpr std::string_view kExistsKey = "exists";
constexpr std::string_view kExistsValue = "true";

constexpr const char* kExists =
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM iceberg_tables WHERE catalog_name = ?1 AND "
    "(table_namespace = ?2 OR (table_namespace >= ?3 AND table_namespace < ?4))) "
    "OR EXISTS (SELECT 1 FROM iceberg_namespace_properties WHERE catalog_name = ?1 AND "
    "(namespace = ?2 OR (namespace >= ?3 AND namespace < ?4)))";
constexpr const char* kAll =
    "SELECT table_namespace FROM iceberg_tables WHERE catalog_name = ?1 UNION "
    "SELECT namespace FROM iceberg_namespace_properties WHERE catalog_name = ?1";
constexpr const char* kContents =
    "SELECT table_namespace || '.' || table_name FROM iceberg_tables WHERE catalog_name = ?1 AND "
    "(table_namespace = ?2 OR (table_namespace >= ?3 AND table_namespace < ?4)) UNION ALL "
    "SELECT namespace FROM iceberg_namespace_properties WHERE catalog_name = ?1 AND (namespace >= ?3 AND namespace < "
    "?4) "
    "ORDER BY 1 LIMIT 1";
constexpr const char* kProperties =
    "SELECT property_key, property_value FROM iceberg_namespace_properties WHERE catalog_name = ?1 AND namespace = ?2 "
    "ORDER BY property_key";
constexpr const char* kPutProperty =
    "INSERT INTO iceberg_namespace_properties (catalog_name, namespace, property_key, property_value) "
    "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (catalog_name, namespace, property_key) DO UPDATE SET property_value = ?4";
constexpr const char* kRemoveProperty =
    "DELETE FROM iceberg_namespace_properties WHERE catalog_name = ?1 AND namespace = ?2 AND property_key = ?3";
constexpr const char* kRemoveNamespace =
    "DELETE FROM iceberg_namespace_properties WHERE catalog_name = ?1 AND namespace = ?2";

// The namespace one level below `parent` on the way to `space`; "" when it is not below.
std::string child_of(std::string_view parent, std::string_view space) {
  const std::size_t start = parent.empty() ? 0 : parent.size() + 1;
  if (space.size() < start || (!parent.empty() && (!space.starts_with(parent) || space.size() == parent.size() ||
                                                   space[parent.size()] != '.'))) {
    return {};
  }
  return std::string(space.substr(0, space.find('.', start)));
}

}  // namespace

Result<bool> SqliteCatalog::namespace_exists(Connection& connection, std::string_view space) const {
  const NameRange below = names_below(space);
  Statement statement = FLOE_TRY(connection.prepare(kExists));
  return statement.bind(name()).bind(space).bind(below.first).bind(below.last).step();
}

Status SqliteCatalog::require_namespace(Connection& connection, std::string_view space) const {
  const bool exists = FLOE_TRY(namespace_exists(connection, space));
  if (exists) return ok();
  return failf(ErrorCode::kNotFound, "there is no namespace `{}`", space);
}

Status SqliteCatalog::put_property(Connection& connection, std::string_view space, std::string_view key,
                                   std::string_view value) const {
  Statement statement = FLOE_TRY(connection.prepare(kPutProperty));
  FLOE_TRY(statement.bind(name()).bind(space).bind(key).bind(value).run());
  return ok();
}

Status SqliteCatalog::put_properties(Connection& connection, std::string_view space,
                                     const json::object& properties) const {
  for (const auto& [key, value] : properties) {
    if (!value.is_string())
      return failf(ErrorCode::kInvalidArgument, "the property `{}` must be a text", std::string(key));
    FLOE_TRY(put_property(connection, space, key, to_view(value.get_string())));
  }
  return ok();
}

// The namespaces that a transaction needs and that are missing.
Status SqliteCatalog::make_namespaces(Connection& connection, const json::object& request) const {
  const json::array* wanted = get_array(request, "namespaces");
  if (wanted == nullptr) return ok();
  for (const json::value& levels : *wanted) {
    const std::string space = FLOE_TRY(namespace_of(levels));
    FLOE_TRY(put_property(connection, space, kExistsKey, kExistsValue));
  }
  return ok();
}

Result<std::string> SqliteCatalog::list_namespaces(Call& call, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const json::array* levels = get_array(parsed, "parent");
  const std::string parent = FLOE_TRY(namespace_of(levels == nullptr ? json::array() : *levels, true));
  const auto connection = FLOE_TRY(connect_to_read(call));
  if (!parent.empty()) FLOE_TRY(require_namespace(*connection, parent));
  Statement statement = FLOE_TRY(connection->prepare(kAll));
  statement.bind(name());
  std::set<std::string> found;
  while (FLOE_TRY(statement.step())) {
    std::string child = child_of(parent, statement.text(0).value_or(""));
    if (!child.empty()) found.insert(std::move(child));
  }
  json::array namespaces;
  for (const std::string& one : found)
    namespaces.push_back(levels_of(one));
  return to_json(json::object{{"namespaces", std::move(namespaces)}});
}

Status SqliteCatalog::create_namespace(Call& call, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const json::array* levels = FLOE_TRY(require_array(parsed, "namespace"));
  const std::string space = FLOE_TRY(namespace_of(*levels));
  const auto connection = FLOE_TRY(connect(call));
  Transaction transaction = FLOE_TRY(Transaction::begin(*connection));
  const bool exists = FLOE_TRY(namespace_exists(*connection, space));
  if (exists) return failf(ErrorCode::kAlreadyExists, "there is a namespace `{}` already", space);
  FLOE_TRY(put_property(*connection, space, kExistsKey, kExistsValue));
  const json::object* properties = get_object(parsed, "properties");
  if (properties != nullptr) FLOE_TRY(put_properties(*connection, space, *properties));
  return transaction.commit();
}

Result<std::string> SqliteCatalog::load_namespace(Call& call, std::string_view namespace_levels) {
  const json::value levels = FLOE_TRY(parse_json(namespace_levels));
  const std::string space = FLOE_TRY(namespace_of(levels));
  const auto connection = FLOE_TRY(connect_to_read(call));
  FLOE_TRY(require_namespace(*connection, space));
  Statement statement = FLOE_TRY(connection->prepare(kProperties));
  statement.bind(name()).bind(space);
  json::object properties;
  while (FLOE_TRY(statement.step())) {
    const std::string key = statement.text(0).value_or("");
    if (key != kExistsKey) properties[key] = statement.text(1).value_or("");
  }
  return to_json(json::object{{"namespace", levels_of(space)}, {"properties", std::move(properties)}});
}

Status SqliteCatalog::update_namespace_properties(Call& call, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const json::array* levels = FLOE_TRY(require_array(parsed, "namespace"));
  const std::string space = FLOE_TRY(namespace_of(*levels));
  const auto connection = FLOE_TRY(connect(call));
  Transaction transaction = FLOE_TRY(Transaction::begin(*connection));
  FLOE_TRY(require_namespace(*connection, space));
  // The namespace must not vanish with its last property.
  FLOE_TRY(put_property(*connection, space, kExistsKey, kExistsValue));
  const json::array* removals = get_array(parsed, "removals");
  for (const json::value& key : removals == nullptr ? json::array() : *removals) {
    if (!key.is_string()) return fail(ErrorCode::kInvalidArgument, "`removals` must be a list of texts");
    if (to_view(key.get_string()) == kExistsKey) continue;
    Statement statement = FLOE_TRY(connection->prepare(kRemoveProperty));
    FLOE_TRY(statement.bind(name()).bind(space).bind(to_view(key.get_string())).run());
  }
  const json::object* updates = get_object(parsed, "updates");
  if (updates != nullptr) FLOE_TRY(put_properties(*connection, space, *updates));
  return transaction.commit();
}

Status SqliteCatalog::drop_namespace(Call& call, std::string_view namespace_levels) {
  const json::value levels = FLOE_TRY(parse_json(namespace_levels));
  const std::string space = FLOE_TRY(namespace_of(levels));
  const auto connection = FLOE_TRY(connect(call));
  Transaction transaction = FLOE_TRY(Transaction::begin(*connection));
  FLOE_TRY(require_namespace(*connection, space));
  {
    const NameRange below = names_below(space);
    Statement contents = FLOE_TRY(connection->prepare(kContents));
    const bool found = FLOE_TRY(contents.bind(name()).bind(space).bind(below.first).bind(below.last).step());
    if (found) {
      return failf(ErrorCode::kInvalidState, "the namespace `{}` is not empty: it holds `{}`", space,
                   contents.text(0).value_or(""));
    }
  }
  Statement statement = FLOE_TRY(connection->prepare(kRemoveNamespace));
  FLOE_TRY(statement.bind(name()).bind(space).run());
  return transaction.commit();
}

}  // namespace floe::sqlite
