// Tables and views: rows of iceberg_tables.
#include "sqlite_catalog.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::sqlite {
namespace {

std::string_view kind_name(Kind kind) { return kind == Kind::kTable ? "table" : "view"; }

std::string_view type_of(Kind kind) { return kind == Kind::kTable ? "TABLE" : "VIEW"; }

// Rows of schema V0 and of clients that write no type are tables: they count as the type asked for only then.
constexpr const char* kSelectLocation =
    "SELECT metadata_location, coalesce(iceberg_type, 'TABLE') FROM iceberg_tables "
    "WHERE catalog_name = ?1 AND table_namespace = ?2 AND table_name = ?3";
constexpr const char* kList =
    "SELECT table_name FROM iceberg_tables WHERE catalog_name = ?1 AND table_namespace = ?2 "
    "AND coalesce(iceberg_type, 'TABLE') = ?3 ORDER BY table_name";
constexpr const char* kInsert =
    "INSERT INTO iceberg_tables (catalog_name, table_namespace, table_name, metadata_location, "
    "previous_metadata_location, iceberg_type) VALUES (?1, ?2, ?3, ?4, NULL, ?5)";
constexpr const char* kUpdate =
    "UPDATE iceberg_tables SET metadata_location = ?1, previous_metadata_location = ?2 WHERE catalog_name = ?3 "
    "AND table_namespace = ?4 AND table_name = ?5 AND metadata_location = ?2 AND coalesce(iceberg_type, 'TABLE') = ?6";
constexpr const char* kRename =
    "UPDATE iceberg_tables SET table_namespace = ?1, table_name = ?2 WHERE catalog_name = ?3 AND table_namespace = ?4 "
    "AND table_name = ?5 AND coalesce(iceberg_type, 'TABLE') = ?6";
constexpr const char* kDelete =
    "DELETE FROM iceberg_tables WHERE catalog_name = ?1 AND table_namespace = ?2 AND table_name = ?3 "
    "AND coalesce(iceberg_type, 'TABLE') = ?4";

Error not_found(Kind kind, const Identifier& identifier) {
  return failf(ErrorCode::kNotFound, "there is no {} `{}`", kind_name(kind), identifier.text());
}

struct Row {
  std::string location;
  Kind kind;
};

Result<std::optional<Row>> find_row(Connection& connection, std::string_view catalog, const Identifier& identifier) {
  Statement statement = FLOE_TRY(connection.prepare(kSelectLocation));
  const bool found = FLOE_TRY(statement.bind(catalog).bind(identifier.space).bind(identifier.name).step());
  if (!found) return std::optional<Row>();
  if (!text::is_valid_utf8(statement.text(0).value_or("")))
    return connection.damage(fmt::format("the metadata location of `{}` is not UTF-8", identifier.text()));
  return std::optional<Row>(
      Row{statement.text(0).value_or(""), statement.text(1) == "VIEW" ? Kind::kView : Kind::kTable});
}

Status refuse_taken(Connection& connection, std::string_view catalog, const Identifier& identifier) {
  const auto row = FLOE_TRY(find_row(connection, catalog, identifier));
  if (!row) return ok();
  return failf(ErrorCode::kAlreadyExists, "there is a {} `{}` already", kind_name(row->kind), identifier.text());
}

}  // namespace

Result<std::optional<std::string>> SqliteCatalog::location_of(Connection& connection, Kind kind,
                                                              const Identifier& identifier) const {
  const auto row = FLOE_TRY(find_row(connection, name(), identifier));
  if (!row || row->kind != kind) return std::optional<std::string>();
  return std::optional<std::string>(row->location);
}

Status SqliteCatalog::insert_row(Connection& connection, Kind kind, const Identifier& identifier,
                                 std::string_view location) const {
  FLOE_TRY(require_namespace(connection, identifier.space));
  FLOE_TRY(refuse_taken(connection, name(), identifier));
  Statement statement = FLOE_TRY(connection.prepare(kInsert));
  statement.bind(name()).bind(identifier.space).bind(identifier.name).bind(location).bind(type_of(kind));
  FLOE_TRY(statement.run());
  return ok();
}

Status SqliteCatalog::update_row(Connection& connection, Kind kind, const Identifier& identifier,
                                 std::string_view expected, std::string_view location) const {
  Statement statement = FLOE_TRY(connection.prepare(kUpdate));
  statement.bind(location).bind(expected).bind(name()).bind(identifier.space).bind(identifier.name).bind(type_of(kind));
  const std::int64_t changed = FLOE_TRY(statement.run());
  if (changed == 1) return ok();
  const auto current = FLOE_TRY(location_of(connection, kind, identifier));
  if (!current) return not_found(kind, identifier);
  return failf(ErrorCode::kConflict, "the {} `{}` was changed by another writer: it is at `{}`, not at `{}`",
               kind_name(kind), identifier.text(), *current, expected)
      .with_detail("current", *current);
}

Status SqliteCatalog::change_row(Connection& connection, Kind kind, const json::object& change) const {
  const Identifier identifier = FLOE_TRY(identifier_in(change, "identifier"));
  const std::string location = FLOE_TRY(require_string(change, "new"));
  const json::value* expected = change.if_contains("expected");
  if (expected == nullptr || expected->is_null()) return insert_row(connection, kind, identifier, location);
  const std::string old = FLOE_TRY(require_string(change, "expected"));
  return update_row(connection, kind, identifier, old, location);
}

Result<std::string> SqliteCatalog::list_rows(Call& call, Kind kind, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const json::array* levels = FLOE_TRY(require_array(parsed, "namespace"));
  const std::string space = FLOE_TRY(namespace_of(*levels));
  const auto connection = FLOE_TRY(connect_to_read(call));
  FLOE_TRY(require_namespace(*connection, space));
  Statement statement = FLOE_TRY(connection->prepare(kList));
  statement.bind(name()).bind(space).bind(type_of(kind));
  json::array identifiers;
  while (FLOE_TRY(statement.step())) {
    identifiers.push_back(to_json_identifier(space, statement.text(0).value_or("")));
  }
  return to_json(json::object{{"identifiers", std::move(identifiers)}});
}

Result<std::string> SqliteCatalog::load_row(Call& call, Kind kind, std::string_view identifier) {
  const json::object parsed = FLOE_TRY(parse_json_object(identifier));
  const Identifier wanted = FLOE_TRY(identifier_of(parsed));
  const auto connection = FLOE_TRY(connect_to_read(call));
  const auto location = FLOE_TRY(location_of(*connection, kind, wanted));
  if (!location) return not_found(kind, wanted);
  json::object result{{"metadata_location", *location}};
  if (kind == Kind::kTable) {
    result["metadata"] = nullptr;
    result["config"] = json::object();
  }
  return to_json(result);
}

Result<std::string> SqliteCatalog::add_row(Call& call, Kind kind, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const Identifier identifier = FLOE_TRY(identifier_in(parsed, "identifier"));
  const std::string location = FLOE_TRY(require_string(parsed, "metadata_location"));
  const auto connection = FLOE_TRY(connect(call));
  Transaction transaction = FLOE_TRY(Transaction::begin(*connection));
  if (get_bool_or(parsed, "staged", false)) {
    // Only a promise that it could be created now; the commit creates it.
    FLOE_TRY(require_namespace(*connection, identifier.space));
    FLOE_TRY(refuse_taken(*connection, name(), identifier));
  } else {
    FLOE_TRY(insert_row(*connection, kind, identifier, location));
    FLOE_TRY(transaction.commit());
  }
  return to_json(json::object{{"metadata_location", location}});
}

Status SqliteCatalog::rename_row(Call& call, Kind kind, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const Identifier from = FLOE_TRY(identifier_in(parsed, "from"));
  const Identifier to = FLOE_TRY(identifier_in(parsed, "to"));
  const auto connection = FLOE_TRY(connect(call));
  Transaction transaction = FLOE_TRY(Transaction::begin(*connection));
  const auto source = FLOE_TRY(location_of(*connection, kind, from));
  if (!source) return not_found(kind, from);
  FLOE_TRY(require_namespace(*connection, to.space));
  FLOE_TRY(refuse_taken(*connection, name(), to));
  Statement statement = FLOE_TRY(connection->prepare(kRename));
  statement.bind(to.space).bind(to.name).bind(name()).bind(from.space).bind(from.name).bind(type_of(kind));
  FLOE_TRY(statement.run());
  return transaction.commit();
}

Status SqliteCatalog::drop_row(Call& call, Kind kind, const Identifier& identifier) {
  const auto connection = FLOE_TRY(connect(call));
  Transaction transaction = FLOE_TRY(Transaction::begin(*connection));
  Statement statement = FLOE_TRY(connection->prepare(kDelete));
  statement.bind(name()).bind(identifier.space).bind(identifier.name).bind(type_of(kind));
  const std::int64_t removed = FLOE_TRY(statement.run());
  if (removed == 0) return not_found(kind, identifier);
  return transaction.commit();
}

Status SqliteCatalog::swap_row(Call& call, Kind kind, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const auto connection = FLOE_TRY(connect(call));
  Transaction transaction = FLOE_TRY(Transaction::begin(*connection));
  FLOE_TRY(change_row(*connection, kind, parsed));
  return transaction.commit();
}

Status SqliteCatalog::change_rows(Connection& connection, const json::object& request) const {
  FLOE_TRY(make_namespaces(connection, request));
  for (const json::value& change : *FLOE_TRY(require_array(request, "changes"))) {
    const json::object* object = change.if_object();
    if (object == nullptr) return fail(ErrorCode::kInvalidArgument, "`changes` must be a list of objects");
    const bool is_view = get_string_or(*object, "kind", "table") == "view";
    FLOE_TRY(change_row(connection, is_view ? Kind::kView : Kind::kTable, *object));
  }
  return ok();
}

Status SqliteCatalog::commit_transaction(Call& call, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const auto connection = FLOE_TRY(connect(call));
  Transaction transaction = FLOE_TRY(Transaction::begin(*connection));
  FLOE_TRY(change_rows(*connection, parsed));
  return transaction.commit();
}

}  // namespace floe::sqlite
