#include "sqlite_catalog.hpp"

#include "identifier.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"

#include <map>

namespace floe::sqlite {
namespace {

constexpr const char* kIsStored =
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM iceberg_tables WHERE catalog_name = ?1) "
    "OR EXISTS (SELECT 1 FROM iceberg_namespace_properties WHERE catalog_name = ?1)";
constexpr const char* kNames =
    "SELECT catalog_name FROM iceberg_tables UNION SELECT catalog_name FROM iceberg_namespace_properties";

constexpr const char* kTablesInFolders =
    "SELECT table_namespace, table_name, metadata_location FROM iceberg_tables "
    "WHERE catalog_name = ?1 AND coalesce(iceberg_type, 'TABLE') = 'TABLE' AND metadata_location IS NOT NULL "
    "ORDER BY table_namespace, table_name";

// Whether the file has no table, view or namespace of this name.
Result<bool> is_empty(Connection& connection, const std::string& name) {
  Statement statement = FLOE_TRY(connection.prepare(kIsStored));
  const bool is_stored = FLOE_TRY(statement.bind(name).step());
  return !is_stored;
}

Result<json::array> all_names(Connection& connection) {
  Statement statement = FLOE_TRY(connection.prepare(kNames));
  json::array names;
  while (FLOE_TRY(statement.step()))
    names.emplace_back(statement.text(0).value_or(""));
  return names;
}

// Tables whose metadata files lie in one folder, by folder: several names of one table, mostly.
Result<json::array> shared_folders(Connection& connection, const std::string& name) {
  Statement statement = FLOE_TRY(connection.prepare(kTablesInFolders));
  statement.bind(name);
  std::map<std::string, json::array> tables;
  while (FLOE_TRY(statement.step())) {
    const std::string location = statement.text(2).value_or("");
    const std::string folder = location.substr(0, location.rfind('/'));
    tables[folder].push_back(to_json_identifier(statement.text(0).value_or(""), statement.text(1).value_or("")));
  }
  json::array shared;
  for (auto& [folder, names] : tables) {
    if (names.size() > 1) shared.push_back(std::move(names));
  }
  return shared;
}

}  // namespace

std::string SqliteCatalog::validate_config(Call& /*call*/, std::string_view config) { return config_problems(config); }

Result<std::unique_ptr<SqliteCatalog>> SqliteCatalog::create(Call& call, std::string_view config) {
  Config parsed = FLOE_TRY(parse_config(config));
  FLOE_TRY(io::make_disk_file_system()->create_directories(io::parent_path(parsed.path)));
  FLOE_TRY(refuse_network_file_system(parsed.path));
  auto catalog = std::make_unique<SqliteCatalog>(std::move(parsed));
  // Opens a file that is there now, so that a wrong one is an error of the configuration and not of the first table.
  // One that is missing is made by the first write: reading leaves no trace.
  FLOE_TRY(catalog->connect_to_read(call));
  return catalog;
}

Result<ConnectionPool::Lease> SqliteCatalog::connect(Call& call) {
  return pool_.acquire([&call] { return call.cancelled(); });
}

Result<ConnectionPool::Lease> SqliteCatalog::connect_to_read(Call& call) {
  return pool_.acquire_to_read([&call] { return call.cancelled(); });
}

Result<std::string> SqliteCatalog::health(Call& call) {
  const auto probe = [&]() -> Status {
    const auto connection = FLOE_TRY(connect_to_read(call));
    return connection->execute("SELECT count(*) FROM iceberg_tables");
  };
  const Status status = probe();
  return to_json(json::object{{"state", status.has_value() ? "ok" : "failed"},
                              {"message", status.has_value() ? "" : status.error().to_string()},
                              {"details", json::object{{"path", pool_.config().path}}}});
}

Result<std::string> SqliteCatalog::describe(Call& call) {
  const Config& config = pool_.config();
  const auto connection = FLOE_TRY(connect_to_read(call));
  const bool has_nothing = FLOE_TRY(is_empty(*connection, config.name));
  json::array others;
  if (has_nothing) others = FLOE_TRY(all_names(*connection));
  json::array shared = FLOE_TRY(shared_folders(*connection, config.name));
  json::object properties{{"type", "sql"}, {"uri", "sqlite:///" + config.path}};
  if (!config.warehouse.empty()) properties["warehouse"] = config.warehouse;
  return to_json(json::object{{"name", "sqlite"},
                              {"version", "0.1.0"},
                              {"capabilities", json::array{"commits_transaction", "swaps_pointer", "views"}},
                              {"limits", json::object()},
                              {"catalog_name", config.name},
                              {"is_empty", has_nothing},
                              {"other_names", std::move(others)},
                              {"shared_folders", std::move(shared)},
                              {"client_properties", std::move(properties)}});
}

Result<std::string> SqliteCatalog::list_tables(Call& call, std::string_view request) {
  return list_rows(call, Kind::kTable, request);
}

Result<std::string> SqliteCatalog::load_table(Call& call, std::string_view identifier) {
  return load_row(call, Kind::kTable, identifier);
}

Result<std::string> SqliteCatalog::create_table(Call& call, std::string_view request) {
  return add_row(call, Kind::kTable, request);
}

Result<std::string> SqliteCatalog::register_table(Call& call, std::string_view request) {
  return add_row(call, Kind::kTable, request);
}

Status SqliteCatalog::rename_table(Call& call, std::string_view request) {
  return rename_row(call, Kind::kTable, request);
}

Status SqliteCatalog::drop_table(Call& call, std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  const Identifier identifier = FLOE_TRY(identifier_in(parsed, "identifier"));
  return drop_row(call, Kind::kTable, identifier);
}

Status SqliteCatalog::swap_pointer(Call& call, std::string_view request) {
  return swap_row(call, Kind::kTable, request);
}

Result<std::string> SqliteCatalog::list_views(Call& call, std::string_view request) {
  return list_rows(call, Kind::kView, request);
}

Result<std::string> SqliteCatalog::load_view(Call& call, std::string_view identifier) {
  return load_row(call, Kind::kView, identifier);
}

Result<std::string> SqliteCatalog::create_view(Call& call, std::string_view request) {
  return add_row(call, Kind::kView, request);
}

Status SqliteCatalog::replace_view(Call& call, std::string_view request) {
  return swap_row(call, Kind::kView, request);
}

Status SqliteCatalog::drop_view(Call& call, std::string_view identifier) {
  const json::object parsed = FLOE_TRY(parse_json_object(identifier));
  const Identifier view = FLOE_TRY(identifier_of(parsed));
  return drop_row(call, Kind::kView, view);
}

Status SqliteCatalog::rename_view(Call& call, std::string_view request) {
  return rename_row(call, Kind::kView, request);
}

}  // namespace floe::sqlite
